import { and, defineCheck, type Gathered, labelOf, map, serviceType, spec } from '../src/check.ts';

export default defineCheck({
  id: 'service-type-node-port',
  title: 'Service opens a node port',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Service'],
  why: 'A node port opens the Service on every node of the cluster, past ingress controllers, their TLS and their rules.',
  remedy: 'Use ClusterIP behind Ingress or Gateway.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1133'] },
  peers: {
    'kube-linter': ['exposed-services'],
    'kube-score': ['service-type'],
    kyverno: ['best-practices/restrict-node-port'],
    monokle: ['KBP114'],
  },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Also mention LoadBalancer Services that allocate node ports.',
      default: false,
    },
  },
  run(service, { options }) {
    const type = serviceType(service);
    let found: Gathered;
    if (type === 'NodePort')
      found = and(found, { at: ['spec', 'type'], message: `${labelOf(service)} opens a port on every node.` });
    if (
      options.strict === true &&
      type === 'LoadBalancer' &&
      map(spec(service)).allocateLoadBalancerNodePorts !== false
    )
      found = and(found, {
        at: ['spec', 'allocateLoadBalancerNodePorts'],
        message: `${labelOf(service)} opens a port on every node for its load balancer.`,
        severity: 'info',
      });
    return found;
  },
});
