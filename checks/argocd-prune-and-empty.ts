import {
  scalarText,
  applicationKinds,
  applicationSpec,
  defineCheck,
  dig,
  str,
  strings,
  type Resource,
} from '../src/check.ts';

/** Whether the Application deploys the object, as far as its destination tells. */
function managed(object: Resource, target: string): boolean {
  return object.kind === 'Namespace'
    ? object.name === target && target !== ''
    : object.kind === 'PersistentVolumeClaim' && object.namespace === target;
}

export default defineCheck({
  id: 'argocd-prune-and-empty',
  title: 'Automated sync may delete everything',
  category: 'gitops',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: applicationKinds,
  why: 'A wrong path or an empty commit makes Argo CD delete everything the Application manages.',
  remedy: 'Remove allowEmpty; protect stateful objects with sync option Prune=false.',
  standards: { mitre: ['T1485'] },
  *run(resource, context) {
    const { path, spec } = applicationSpec(resource);
    const automated = dig(spec, 'syncPolicy', 'automated');
    const at = [...path, 'syncPolicy', 'automated'];
    if (dig(automated, 'allowEmpty') === true)
      yield {
        at: [...at, 'allowEmpty'],
        message: `${resource.kind} "${resource.name}" lets a sync delete everything.`,
        fix: { description: 'Delete allowEmpty.', edits: [{ op: 'remove', path: [...at, 'allowEmpty'] }] },
      };
    if (
      dig(automated, 'prune') !== true ||
      strings(dig(spec, 'syncPolicy', 'syncOptions')).some((option) => /^Prune(Last=true|=false)$/.test(option))
    )
      return;
    const target = str(dig(spec, 'destination', 'namespace')) ?? '';
    const lost = context.set
      .ofKind('Namespace', 'CustomResourceDefinition.apiextensions.k8s.io', 'PersistentVolumeClaim')
      .find(
        (one) =>
          managed(one, target) &&
          !/Prune(Last=true|=false)/.test(
            scalarText(dig(one.manifest, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options')),
          ),
      );
    if (lost !== undefined)
      yield {
        at: [...at, 'prune'],
        message: `${resource.kind} "${resource.name}" prunes, and ${lost.kind} "${lost.name}" is not protected against it.`,
        severity: 'low',
      };
  },
});
