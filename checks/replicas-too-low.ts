import { defineCheck, labelOf, numberOption, replicasOf, scalersOf, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'replicas-too-low',
  title: 'Workload runs too few replicas',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'With one replica every node drain, eviction or crash is an outage.',
  remedy: 'Run at least two replicas.',
  peers: {
    'kube-linter': ['minimum-three-replicas'],
    polaris: ['deploymentMissingReplicas'],
    'kube-score': ['deployment-replicas'],
    kyverno: ['other/require-deployments-have-multiple-replicas'],
  },
  options: { minimum: { type: 'number', describe: 'Fewest replicas that are enough.', default: 2, min: 1 } },
  *run(set, { options }) {
    const minimum = numberOption(options, 'minimum');
    for (const resource of set.ofKind(
      'Deployment.apps',
      'StatefulSet.apps',
      'ReplicaSet.apps',
      'Rollout.argoproj.io',
    )) {
      const replicas = replicasOf(resource);
      if (replicas === undefined || replicas === 0 || replicas >= minimum) continue;
      if (scalersOf(set, resource).length > 0) continue;
      yield {
        resource,
        at: ['spec', 'replicas'],
        message: `${labelOf(resource)} runs with ${replicas} replica${replicas === 1 ? '' : 's'}.`,
        ...unlessPartial(set),
      };
    }
  },
});
