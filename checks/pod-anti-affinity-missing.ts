import {
  absent,
  below,
  defineCheck,
  dig,
  int,
  type Json,
  labelSelector,
  list,
  map,
  ownerLabel,
  podLabels,
  selects,
  spec,
  str,
  withoutRuntimeLabels,
} from '../src/check.ts';

export default defineCheck({
  id: 'pod-anti-affinity-missing',
  title: 'Replicas may share one node',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'pod',
  kinds: ['Deployment.apps', 'StatefulSet.apps'],
  why: 'The scheduler may put all replicas on one node, so that its loss is an outage.',
  remedy: 'Add topologySpreadConstraints or podAntiAffinity.',
  peers: {
    'kube-linter': ['no-anti-affinity'],
    'kube-score': ['deployment-has-host-podantiaffinity', 'statefulset-has-host-podantiaffinity'],
    kyverno: ['other/create-pod-antiaffinity'],
  },
  run(pod) {
    const { replicas } = map(spec(pod.resource));
    if (!absent(replicas) && (int(replicas) ?? 0) < 2) return;
    const selectsOwn = (holder: Json): boolean => {
      const selector = labelSelector(dig(holder, 'labelSelector'));
      return selector !== undefined && selects(withoutRuntimeLabels(selector), podLabels(pod));
    };
    const rules = dig(pod.spec, 'affinity', 'podAntiAffinity');
    const terms = [
      ...list(dig(rules, 'requiredDuringSchedulingIgnoredDuringExecution')),
      ...list(dig(rules, 'preferredDuringSchedulingIgnoredDuringExecution')).map(
        (one) => dig(one, 'podAffinityTerm') ?? null,
      ),
    ];
    if (terms.some((term) => spreadKeys.has(str(dig(term, 'topologyKey')) ?? '') && selectsOwn(term))) return;
    if (list(pod.spec.topologySpreadConstraints).some((one) => selectsOwn(one))) return;
    return {
      at: below(pod.path, 'affinity', 'podAntiAffinity'),
      message: `Nothing keeps the replicas of ${ownerLabel(pod)} apart.`,
    };
  },
});

const spreadKeys = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);
