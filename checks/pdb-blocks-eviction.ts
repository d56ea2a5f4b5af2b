import {
  countOf,
  defineCheck,
  fewestReplicas,
  int,
  isKind,
  labelOf,
  labelValue,
  map,
  percentOf,
  podsOfBudget,
  type Resource,
  spec,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'pdb-blocks-eviction',
  title: 'PodDisruptionBudget never allows a disruption',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'No pod may ever be evicted, so node drains, upgrades and scale-downs hang until somebody deletes the budget.',
  remedy: 'Use maxUnavailable 1 or fewer minAvailable.',
  peers: {
    'kube-linter': ['pdb-max-unavailable', 'pdb-min-available'],
    polaris: ['pdbDisruptionsIsZero', 'pdbMinAvailableGreaterThanHPAMinReplicas'],
    kyverno: [
      'other/pdb-maxunavailable',
      'other/pdb-maxunavailable-with-deployments',
      'other/pdb-minavailable',
      'other/deployment-replicas-higher-than-pdb',
      'other/require-replicas-allow-disruption',
    ],
  },
  *run(set) {
    for (const resource of set.ofKind('PodDisruptionBudget')) {
      const { maxUnavailable, minAvailable } = map(spec(resource));
      if ((int(maxUnavailable) ?? percentOf(maxUnavailable) ?? 1) <= 0) {
        yield {
          resource,
          at: ['spec', 'maxUnavailable'],
          message: `${labelOf(resource)} lets no pod be evicted: maxUnavailable is ${labelValue(maxUnavailable)}.`,
        };
        continue;
      }
      const at = ['spec', 'minAvailable'];
      if ((percentOf(minAvailable) ?? 0) >= 100) {
        yield {
          resource,
          at,
          message: `${labelOf(resource)} lets no pod be evicted: minAvailable is ${labelValue(minAvailable)}.`,
        };
        continue;
      }
      const replicas = podsKept(set, resource);
      const wanted = replicas === undefined ? undefined : countOf(minAvailable, replicas);
      if (replicas === undefined || wanted === undefined || wanted < replicas) continue;
      yield {
        resource,
        at,
        message: `${labelOf(resource)} lets no pod be evicted: minAvailable asks for ${wanted} of ${replicas}.`,
      };
    }
  },
});

const scalable = [
  ...['Deployment.apps', 'StatefulSet.apps', 'ReplicaSet.apps', 'ReplicationController'],
  ...['Rollout.argoproj.io', 'DeploymentConfig.apps.openshift.io'],
];

/**
 * How many pods the workloads of a budget run with at least, summed up as the disruption controller does; undefined when
 * there are none or their number is not known.
 */
function podsKept(set: WorkloadSet, budget: Resource): number | undefined {
  let sum = 0;
  for (const { resource } of podsOfBudget(set, budget)) {
    if (resource.unit !== budget.unit) continue;
    const replicas = isKind(resource, scalable) ? fewestReplicas(set, resource) : undefined;
    if (replicas === undefined) return undefined;
    sum += replicas;
  }
  return sum === 0 ? undefined : sum;
}
