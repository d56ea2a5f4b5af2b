import {
  and,
  applicationKinds,
  applicationSpec,
  below,
  defineCheck,
  dig,
  type Gathered,
  isKind,
  labelOf,
  list,
  str,
} from '../src/check.ts';

const harmful = ['Validate=false', 'Replace=true', 'Force=true'];

export default defineCheck({
  id: 'argocd-validation-disabled',
  title: 'Sync skips validation or forces replacement',
  category: 'gitops',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: [...applicationKinds, 'StatefulSet.apps', 'PersistentVolumeClaim', 'PersistentVolume'],
  why: 'Faulty objects reach the cluster, or are deleted and created anew, which loses data and connections.',
  remedy: 'Remove the option.',
  run(resource) {
    const { path, spec } = applicationSpec(resource);
    let found: Gathered;
    for (const [index, option] of list(dig(spec, 'syncPolicy', 'syncOptions')).entries()) {
      if (typeof option !== 'string' || !harmful.includes(option)) continue;
      const at = below(path, 'syncPolicy', 'syncOptions', index);
      found = and(found, {
        at,
        message: `${labelOf(resource)} syncs with ${option}.`,
        ...(option === 'Validate=false'
          ? { fix: { description: 'Delete Validate=false.', edits: [{ op: 'remove', path: at }], risky: true } }
          : {}),
      });
    }
    const annotation = ['metadata', 'annotations', 'argocd.argoproj.io/sync-options'];
    const stateful = isKind(resource, ['StatefulSet.apps', 'PersistentVolumeClaim', 'PersistentVolume']);
    const option = (str(dig(resource.manifest, ...annotation)) ?? '')
      .split(',')
      .find((one) => harmful.includes(one.trim()));
    if (stateful && option !== undefined)
      found = and(found, {
        at: annotation,
        message: `${labelOf(resource)} is synced with ${option.trim()}.`,
      });
    return found;
  },
});
