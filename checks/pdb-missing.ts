import {
  defineCheck,
  hasBudget,
  isKind,
  minReplicas,
  numberOption,
  ownerLabel,
  replicasOf,
  scalersOf,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'pdb-missing',
  title: 'No PodDisruptionBudget covers the workload',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'A node drain may evict all replicas at once.',
  remedy: 'Add a PodDisruptionBudget with maxUnavailable 1.',
  peers: {
    polaris: ['missingPodDisruptionBudget'],
    'kube-score': ['statefulset-has-poddisruptionbudget', 'deployment-has-poddisruptionbudget'],
    kyverno: ['other/require-pdb', 'other/create-default-pdb'],
  },
  options: { replicas: { type: 'number', describe: 'Fewest replicas that need a budget.', default: 2, min: 1 } },
  *run(set, { options }) {
    for (const pod of set.pods) {
      const { resource } = pod;
      if (!isKind(resource, ['Deployment.apps', 'StatefulSet.apps']) || hasBudget(set, pod)) continue;
      let count = replicasOf(resource) ?? 0;
      for (const scaler of scalersOf(set, resource)) count = Math.max(count, minReplicas(scaler));
      if (count < numberOption(options, 'replicas')) continue;
      yield {
        resource,
        at: ['metadata', 'name'],
        message: `${ownerLabel(pod)} has no PodDisruptionBudget.`,
        ...unlessPartial(set),
      };
    }
  },
});
