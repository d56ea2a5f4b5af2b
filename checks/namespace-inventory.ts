import {
  defineCheck,
  dig,
  groupBy,
  labelOf,
  labelValue,
  objectsIn,
  type PodSubject,
  type Resource,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'namespace-inventory',
  title: 'Namespace present (review of boundaries)',
  category: 'namespace-governance',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Namespaces are the boundary between tenants: what stands in one can usually read and reach all that stands beside it.',
  remedy: 'Give each tenant a namespace of its own, with network policies and a quota.',
  standards: { nsa: ['Network separation and hardening: namespaces'], cis: ['5.7.1'] },
  peers: { kubescape: ['C-0209'] },
  options: {
    owner: { type: 'string', describe: 'Label that names the owner of a namespace or workload.', default: 'owner' },
  },
  *run(set, { options }) {
    const key = str(options.owner) ?? '';
    const pods = groupBy(set.pods, ({ resource }) => resource.namespace);
    for (const resource of set.ofKind('Namespace')) {
      const own = pods.get(resource.name) ?? [];
      const columns = [
        count(new Set(own.map((pod) => pod.resource)).size, 'workload', 'workloads'),
        count(objectsIn(set, resource.name, ...policyKinds).length, 'network policy', 'network policies'),
        count(objectsIn(set, resource.name, 'ResourceQuota').length, 'quota', 'quotas'),
        ownership(resource, own, key),
      ];
      yield { resource, at: ['metadata', 'name'], message: `${labelOf(resource)}: ${columns.join(', ')}.` };
    }
  },
});

const policyKinds = [
  'NetworkPolicy.networking.k8s.io',
  'CiliumNetworkPolicy.cilium.io',
  'NetworkPolicy.projectcalico.org',
  'NetworkPolicy.crd.projectcalico.org',
];

function count(number: number, one: string, many: string): string {
  return `${number === 0 ? 'no' : number} ${number === 1 ? one : many}`;
}

/** Whose the namespace is: what its own label says, and what those of its workloads say. */
function ownership(namespace: Resource, pods: readonly PodSubject[], key: string): string {
  const names = [namespace.manifest, ...pods.map(({ resource }) => resource.manifest)]
    .map((manifest) => labelValue(dig(manifest, 'metadata', 'labels', key)))
    .filter((name) => name !== '');
  const owners = [...new Set(names)];
  if (owners.length === 0) return 'no owner named';
  return owners.length === 1 ? `owned by ${owners.join()}` : `shared by ${owners.join(' and ')}`;
}
