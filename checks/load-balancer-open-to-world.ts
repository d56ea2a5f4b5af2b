import {
  annotationsOf,
  defineCheck,
  dig,
  isEverything,
  labelOf,
  map,
  type Resource,
  scalarText,
  servicePorts,
  serviceType,
  spec,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'load-balancer-open-to-world',
  title: 'Load balancer accepts traffic from anywhere',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Service'],
  why: 'Everybody on the internet can connect to the Service.',
  remedy: 'Set loadBalancerSourceRanges or the internal annotation.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1133', 'T1190'] },
  peers: { kubescape: ['C-0245'] },
  run(service) {
    const { loadBalancerSourceRanges } = map(spec(service));
    if (serviceType(service) !== 'LoadBalancer') return;
    const annotations = annotationsOf(service);
    if (annotations.some((one) => isInternal(one)) || isInternalUnlessSaid(service)) return;
    const ranges = strings(loadBalancerSourceRanges);
    if (ranges.length === 0 && annotations.some((one) => isLimited(one))) return;
    const open = ranges.findIndex((range) => isEverything(range));
    if (ranges.length > 0 && open === -1) return;
    const ports = servicePorts(service);
    const web = ports.length > 0 && ports.every(({ port }) => port === 80 || port === 443);
    return {
      at: ['spec', 'loadBalancerSourceRanges', ...(open === -1 ? [] : [open])],
      message: `${labelOf(service)} has a load balancer that is open to every address.`,
      ...(web ? { severity: 'info' } : {}),
    };
  },
});

/** Annotations by which clouds keep a load balancer inside, with the values that do. */
const internal: Readonly<Record<string, RegExp>> = {
  'service.beta.kubernetes.io/aws-load-balancer-internal': /^(?!false$)./,
  'service.beta.kubernetes.io/aws-load-balancer-scheme': /^internal$/,
  'networking.gke.io/load-balancer-type': /^internal$/i,
  'cloud.google.com/load-balancer-type': /^internal$/i,
  'service.beta.kubernetes.io/azure-load-balancer-internal': /^true$/i,
  'service.beta.kubernetes.io/openstack-internal-load-balancer': /^true$/i,
  'service.beta.kubernetes.io/oci-load-balancer-internal': /^true$/i,
  'oci.oraclecloud.com/load-balancer-type': /^internal$/i,
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type': /^intranet$/i,
  'service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type': /^private$/i,
  'service.kubernetes.io/qcloud-loadbalancer-internal-subnetid': /./,
  'service.beta.kubernetes.io/cce-load-balancer-internal-vpc': /^true$/i,
  'load-balancer.hetzner.cloud/disable-public-network': /^true$/i,
  'oci-network-load-balancer.oraclecloud.com/internal': /^true$/i,
  'service.beta.kubernetes.io/do-loadbalancer-network': /^internal$/i,
  'service.beta.kubernetes.io/scw-loadbalancer-private': /^true$/i,
  'yandex.cloud/load-balancer-type': /^internal$/i,
};

function isInternal({ key, value }: { key: string; value: string }): boolean {
  return Object.hasOwn(internal, key) && internal[key]?.test(value) === true;
}

/** Annotations that list source ranges: the one that came before the field, and Azure's own, which adds to the field's. */
const rangeLists = [
  'service.beta.kubernetes.io/load-balancer-source-ranges',
  'service.beta.kubernetes.io/azure-allowed-ip-ranges',
];

function isLimited({ key, value }: { key: string; value: string }): boolean {
  return rangeLists.includes(key) && value !== '' && !value.split(',').some((range) => isEverything(range));
}

/** The AWS Load Balancer Controller, unlike what is built into Kubernetes, keeps inside what is not said to face the internet. */
function isInternalUnlessSaid(service: Resource): boolean {
  const annotation = (name: string): string =>
    scalarText(
      dig(service.manifest, 'metadata', 'annotations', `service.beta.kubernetes.io/aws-load-balancer-${name}`),
    );
  const { loadBalancerClass } = map(spec(service));
  // Tailscale's is in a private network, whatever it is told.
  if (loadBalancerClass === 'tailscale') return true;
  const isControllers = loadBalancerClass === 'service.k8s.aws/nlb' || /^(?:external|nlb-ip)$/.test(annotation('type'));
  return isControllers && annotation('scheme') === '' && annotation('internal') === '';
}
