import { defineCheck, isListed, labelOf, serviceType } from '../src/check.ts';

export default defineCheck({
  id: 'service-type-load-balancer',
  title: 'Service asks for a cloud load balancer',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Service'],
  why: 'Every load balancer is one more way in from outside, with its own address, rules and bill.',
  remedy: 'Share an ingress controller.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1133'] },
  peers: { 'kube-linter': ['exposed-services'], kyverno: ['other/restrict-loadbalancer'], monokle: ['KBP114'] },
  options: {
    allowed: {
      type: 'strings',
      describe: 'Services that may have a load balancer, as NAME or NAMESPACE/NAME; * stands for any characters.',
      default: [],
    },
  },
  run(service, { options }) {
    if (serviceType(service) !== 'LoadBalancer') return;
    if (isListed(options, 'allowed', service.namespace, service.name)) return;
    return { at: ['spec', 'type'], message: `${labelOf(service)} has a load balancer of its own.` };
  },
});
