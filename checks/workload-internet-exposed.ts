import {
  defineCheck,
  entrances,
  isOutside,
  labelOf,
  podsBehind,
  type Resource,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'workload-internet-exposed',
  title: 'Workload is reachable from outside the cluster (review)',
  category: 'network',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'What can be reached from outside is attacked first, so it should be known and meant.',
  remedy: 'Confirm that the workload is to be reached from outside.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1190', 'T1133'] },
  peers: { kubescape: ['C-0256', 'C-0266'] },
  *run(set) {
    const ways = new Map<Resource, string[]>();
    for (const { service, way } of exposed(set))
      for (const { resource } of podsBehind(set, service))
        ways.set(resource, [...new Set([...(ways.get(resource) ?? []), way])]);
    for (const [resource, [first = '', ...others]] of ways) {
      const more = others.length === 0 ? '' : ` and ${others.length} more ${others.length === 1 ? 'way' : 'ways'}`;
      yield {
        resource,
        at: ['metadata', 'name'],
        message: `${labelOf(resource)} is reachable from outside by ${first}${more}.`,
      };
    }
  },
});

/** Services that can be reached from outside, each with the objects on the way to it. */
function* exposed(set: WorkloadSet): Generator<{ service: Resource; way: string }> {
  for (const service of set.ofKind('Service')) if (isOutside(service)) yield { service, way: labelOf(service) };
  for (const { resource, namespace, name } of entrances(set))
    for (const service of set.find('Service', namespace, name))
      yield { service, way: `${labelOf(resource)} and ${labelOf(service)}` };
}
