import {
  and,
  applicationKinds,
  applicationSpec,
  below,
  defineCheck,
  dig,
  type Gathered,
  labelOf,
  map,
  type Resource,
  scalarText,
  str,
  strings,
} from '../src/check.ts';

/** Whether the Application deploys the object, as far as its destination, or for definitions what Argo CD tracks by, tells. */
function managed(object: Resource, target: string, application: string): boolean {
  if (object.kind === 'Namespace') return object.name === target && target !== '';
  if (object.kind === 'PersistentVolumeClaim') return object.namespace === target;
  const { labels, annotations } = map(object.manifest.metadata);
  return (
    application !== '' &&
    (dig(labels, 'app.kubernetes.io/instance') === application ||
      scalarText(dig(annotations, 'argocd.argoproj.io/tracking-id')).startsWith(`${application}:`))
  );
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
  run(resource, context) {
    const { path, spec } = applicationSpec(resource);
    const automated = dig(spec, 'syncPolicy', 'automated');
    const at = below(path, 'syncPolicy', 'automated');
    let found: Gathered;
    if (dig(automated, 'allowEmpty') === true)
      found = and(found, {
        at: below(at, 'allowEmpty'),
        message: `${labelOf(resource)} lets a sync delete everything.`,
        fix: { description: 'Delete allowEmpty.', edits: [{ op: 'remove', path: below(at, 'allowEmpty') }] },
      });
    if (
      dig(automated, 'prune') !== true ||
      strings(dig(spec, 'syncPolicy', 'syncOptions')).some((option) =>
        /^Prune(Last=true|=false|=confirm)$/.test(option),
      )
    )
      return found;
    const target = str(dig(spec, 'destination', 'namespace')) ?? '';
    const application =
      resource.kind === 'Application'
        ? resource.name
        : (str(dig(resource.manifest, 'spec', 'template', 'metadata', 'name')) ?? '');
    const lost = context.set
      .ofKind('Namespace', 'CustomResourceDefinition.apiextensions.k8s.io', 'PersistentVolumeClaim')
      .find(
        (one) =>
          managed(one, target, application) &&
          !/Prune(Last=true|=false|=confirm)/.test(
            scalarText(dig(one.manifest, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options')),
          ),
      );
    if (lost !== undefined)
      found = and(found, {
        at: below(at, 'prune'),
        message: `${labelOf(resource)} prunes, and ${lost.kind} "${lost.name}" is not protected against it.`,
        severity: 'low',
      });
    return found;
  },
});
