import {
  absent,
  and,
  atLeast,
  below,
  defineCheck,
  deprecatedAnnotations,
  deprecatedFields,
  type DeprecatedKey,
  deprecatedKey,
  deprecatedLabels,
  deprecatedTaints,
  dig,
  type Gathered,
  isKind,
  isMap,
  type Json,
  list,
  map,
  metadataOf,
  type MetadataSubject,
  nodeLabelsOf,
  podsOf,
  type Resource,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'deprecated-field-or-annotation',
  title: 'Deprecated or ignored field or annotation',
  category: 'api-lifecycle',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'What the annotation or field seems to ask for does not happen in current versions, and nothing says so.',
  remedy: 'Use the successor named in the message.',
  peers: { kyverno: ['openshift/disallow-jenkins-pipeline-strategy'] },
  run(resource, context) {
    const { kubeVersion } = context;
    let found: Gathered;
    for (const { path, metadata } of placesOf(resource))
      for (const [field, table] of tables)
        for (const key in map(metadata[field])) {
          const entry = deprecatedKey(table, key);
          if (
            entry !== undefined &&
            atLeast(kubeVersion, entry.from) &&
            isMeant(entry, resource, dig(metadata, field, key))
          )
            found = and(found, {
              at: below(path, field, key),
              message: `"${key}" is deprecated; use ${entry.successor}.`,
            });
        }
    for (const pod of podsOf(resource)) {
      const labels = nodeLabelsOf(pod);
      for (const { key, at } of labels) {
        const entry = deprecatedKey(deprecatedLabels, key);
        if (entry === undefined || !atLeast(kubeVersion, entry.from)) continue;
        // Affinity that names both is meant for old clusters and new ones.
        if (at.includes('affinity') && labels.some((other) => other.key === entry.successor)) continue;
        found = and(found, { at, message: `The node label "${key}" is deprecated; use ${entry.successor}.` });
      }
      const tolerations = list(pod.spec.tolerations);
      for (const [index, toleration] of tolerations.entries()) {
        const entry = deprecatedKey(deprecatedTaints, str(dig(toleration, 'key')) ?? '');
        if (entry === undefined || !atLeast(kubeVersion, entry.from)) continue;
        // As above; without a key every taint is tolerated.
        if (tolerations.some((other) => ['', entry.successor].includes(str(dig(other, 'key')) ?? ''))) continue;
        found = and(found, {
          at: pod.at('tolerations', index, 'key'),
          message: `The taint "${entry.key}" is deprecated; use ${entry.successor}.`,
        });
      }
    }
    for (const { kind, path, from, successor: next } of deprecatedFields)
      if (
        resource.kind === kind &&
        isKind(resource, [kind]) &&
        atLeast(kubeVersion, from) &&
        isGiven(dig(resource.manifest, ...path))
      )
        found = and(found, { at: path, message: `${path.join('.')} is deprecated; use ${next}.` });
    return found;
  },
});

const tables = [
  ['annotations', deprecatedAnnotations],
  ['labels', deprecatedLabels],
] as const;

/** The metadata of the object, of its pod templates and of its templates of claims. */
function placesOf(resource: Resource): readonly MetadataSubject[] {
  const claims = list(dig(resource.manifest, 'spec', 'volumeClaimTemplates'));
  if (claims.length === 0) return metadataOf(resource);
  return [
    ...metadataOf(resource),
    ...claims.flatMap((claim, index) => {
      const metadata = dig(claim, 'metadata');
      const path = ['spec', 'volumeClaimTemplates', index, 'metadata'];
      return isMap(metadata) ? [{ path, metadata, template: true }] : [];
    }),
  ];
}

/** Whether what takes the place of the key exists for this kind and value. */
function isMeant({ kind, except }: DeprecatedKey, resource: Resource, value: Json | undefined): boolean {
  if (kind !== undefined && !isKind(resource, [kind])) return false;
  return except === undefined || typeof value !== 'string' || !except.includes(value);
}

function isGiven(value: Json | undefined): boolean {
  return !absent(value) && value !== '';
}
