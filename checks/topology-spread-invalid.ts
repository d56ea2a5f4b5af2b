import {
  absent,
  and,
  defineCheck,
  type Gathered,
  int,
  isMap,
  type JsonMap,
  labelSelector,
  list,
  ownerLabel,
  podLabels,
  type PodSubject,
  selects,
  str,
  withoutRuntimeLabels,
} from '../src/check.ts';

export default defineCheck({
  id: 'topology-spread-invalid',
  title: 'Topology spread constraint is invalid or inert',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The API refuses the pod, or the constraint counts other pods and spreads nothing.',
  remedy: 'Complete the constraint.',
  peers: { 'kube-score': ['pod-topology-spread-constraints'] },
  run(pod) {
    let found: Gathered;
    for (const [index, constraint] of list(pod.spec.topologySpreadConstraints).entries()) {
      if (!isMap(constraint)) continue;
      for (const [field, fault] of faultsOf(constraint, pod))
        found = and(found, {
          at: pod.at('topologySpreadConstraints', index, field),
          message: `${ownerLabel(pod)}: spread constraint ${index + 1} ${fault}.`,
        });
    }
    return found;
  },
});

function* faultsOf(constraint: JsonMap, pod: PodSubject): Generator<[field: string, fault: string]> {
  const { maxSkew, minDomains, topologyKey, whenUnsatisfiable } = constraint;
  const selector = labelSelector(constraint.labelSelector);
  if (selector === undefined) yield ['labelSelector', 'has no labelSelector'];
  else if (!selects(withoutRuntimeLabels(selector), podLabels(pod)))
    yield ['labelSelector', 'does not select its own pods'];
  if (absent(maxSkew)) yield ['maxSkew', 'has no maxSkew'];
  else if ((int(maxSkew) ?? 0) < 1) yield ['maxSkew', 'has a maxSkew below 1'];
  if ((str(topologyKey) ?? '') === '') yield ['topologyKey', 'has no topologyKey'];
  if (whenUnsatisfiable !== 'DoNotSchedule' && whenUnsatisfiable !== 'ScheduleAnyway')
    yield ['whenUnsatisfiable', 'has neither DoNotSchedule nor ScheduleAnyway'];
  if (absent(minDomains)) return;
  if ((int(minDomains) ?? 0) < 1) yield ['minDomains', 'has a minDomains below 1'];
  else if (whenUnsatisfiable === 'ScheduleAnyway') yield ['minDomains', 'has minDomains beside ScheduleAnyway'];
}
