import {
  annotationsOf,
  defineCheck,
  labelOf,
  labelValue,
  type ServicePort,
  servicePorts,
  serviceType,
} from '../src/check.ts';

export default defineCheck({
  id: 'load-balancer-tls-missing',
  title: 'Load balancer terminates no TLS',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Service'],
  why: 'Traffic to the load balancer travels in the clear, so that anyone on the way reads and changes it.',
  remedy: 'Add the certificate annotation or terminate TLS in the pod.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040', 'T1557'] },
  peers: { kubescape: ['C-0231'], kyverno: ['aws/require-encryption-aws-loadbalancers'] },
  options: {
    provider: {
      type: 'string',
      describe: 'Cloud of the cluster. Without it, Services that carry annotations of that cloud are judged.',
      default: '',
      values: ['', 'aws'],
    },
  },
  run(service, { options }) {
    if (serviceType(service) !== 'LoadBalancer') return;
    const annotations = annotationsOf(service);
    const aws = options.provider === 'aws' || annotations.some(({ key }) => key.startsWith(prefix));
    if (!aws || annotations.some(({ key }) => key.startsWith(`${prefix}ssl-cert`))) return;
    for (const port of servicePorts(service)) {
      if (!isWeb(port) || endsTlsItself(port)) continue;
      return {
        at: ['spec', 'ports', port.index],
        message: `${labelOf(service)} serves port ${port.port ?? port.name} on its load balancer without a certificate.`,
      };
    }
  },
});

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-';

function isWeb(port: ServicePort): boolean {
  return (
    (port.port !== undefined && [80, 443, 8080, 8443].includes(port.port)) ||
    /^https?\b/.test(port.name) ||
    /^https?$/.test(labelValue(port.spec.appProtocol).toLowerCase())
  );
}

/** The pod speaks TLS on that port, and the load balancer passes it through. */
function endsTlsItself(port: ServicePort): boolean {
  if (labelValue(port.spec.appProtocol).toLowerCase() === 'https') return true;
  const target = port.targetPort ?? port.port ?? 0;
  return (
    /^https\b/.test(port.name) &&
    (typeof target === 'string' ? /https|tls/.test(target) : [443, 8443].includes(Number(target)))
  );
}
