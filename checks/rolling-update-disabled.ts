import {
  defineCheck,
  dig,
  type Json,
  labelOf,
  list,
  replicasOf,
  type Resource,
  servicesOf,
  str,
  strings,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'rolling-update-disabled',
  title: 'Update strategy is not rolling',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'Every change takes all pods down before the new ones start, or waits for somebody to delete them.',
  remedy: 'Use RollingUpdate.',
  peers: {
    'kube-linter': ['no-rolling-update-strategy'],
    'kube-score': ['deployment-strategy'],
    kubescape: ['C-0305'],
  },
  *run(set) {
    const served = set.ofKind('Service').length > 0;
    const behind = served
      ? new Set(set.pods.filter((pod) => servicesOf(set, pod).length > 0).map((pod) => pod.resource))
      : undefined;
    for (const resource of set.ofKind(...kinds)) {
      const field = ['Deployment', 'DeploymentConfig'].includes(resource.kind) ? 'strategy' : 'updateStrategy';
      const type = str(dig(resource.manifest, 'spec', field, 'type')) ?? '';
      if (type === '' || type === 'RollingUpdate' || type === 'Rolling') continue;
      if (behind !== undefined && !behind.has(resource)) continue;
      if (isSingleWriter(set, resource)) continue;
      yield {
        resource,
        at: ['spec', field, 'type'],
        message: `${labelOf(resource)} does not roll updates out: its strategy is ${type}.`,
      };
    }
  },
});

const kinds = ['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps', 'DeploymentConfig.apps.openshift.io'];

/** One replica with a volume that one node may mount: two pods could not run side by side. */
function isSingleWriter(set: WorkloadSet, resource: Resource): boolean {
  if (resource.kind === 'DaemonSet' || (replicasOf(resource) ?? 1) > 1) return false;
  const templates = list(dig(resource.manifest, 'spec', 'volumeClaimTemplates'));
  if (templates.some((claim) => isSingle(dig(claim, 'spec', 'accessModes')))) return true;
  return list(dig(resource.manifest, 'spec', 'template', 'spec', 'volumes')).some((volume) => {
    const name = str(dig(volume, 'persistentVolumeClaim', 'claimName'));
    if (name === undefined) return false;
    const claims = set.find('PersistentVolumeClaim', resource.namespace, name);
    // What a claim outside the set allows is not known.
    return claims.length === 0 || claims.some((claim) => isSingle(dig(claim.manifest, 'spec', 'accessModes')));
  });
}

function isSingle(accessModes: Json | undefined): boolean {
  const modes = strings(accessModes);
  return modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
}
