import { defineCheck, dig, labelOf, list, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-project-no-cluster-denylist',
  title: 'Project has no cluster resource deny-list',
  category: 'gitops',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Applications of the project may create what holds for the whole cluster: roles, webhooks, namespaces.',
  remedy: 'Add clusterResourceBlacklist.',
  peers: { kyverno: ['argo/appproject-clusterresourceblacklist'] },
  run(resource) {
    const denied = list(dig(resource.manifest, 'spec', 'clusterResourceBlacklist'));
    const counts = denied.filter((entry) => {
      const kind = str(dig(entry, 'kind')) ?? '';
      return str(dig(entry, 'group')) !== undefined && kind !== '' && !ofNamespace.has(kind);
    });
    if (counts.length > 0) return;
    return {
      at: ['spec', 'clusterResourceBlacklist'],
      message: `${labelOf(resource)} denies ${denied.length === 0 ? 'no' : 'with its list no'} object of the whole cluster.`,
    };
  },
});

/** Kinds that stand in namespaces: the list has no power over them. */
const ofNamespace = new Set([
  ...[
    'Pod',
    'Secret',
    'ConfigMap',
    'Service',
    'ServiceAccount',
    'PersistentVolumeClaim',
    'ResourceQuota',
    'LimitRange',
  ],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Ingress', 'NetworkPolicy'],
  ...['Role', 'RoleBinding', 'Endpoints', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'],
]);
