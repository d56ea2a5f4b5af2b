import {
  absent,
  and,
  atLeast,
  below,
  defineCheck,
  deprecatedAnnotations,
  deprecatedFields,
  deprecatedKey,
  deprecatedLabels,
  dig,
  type Gathered,
  isKind,
  map,
  metadataOf,
  podsOf,
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
    for (const { path, metadata } of metadataOf(resource))
      for (const [field, table] of tables)
        for (const key in map(metadata[field])) {
          const entry = deprecatedKey(table, key);
          if (entry !== undefined && atLeast(kubeVersion, entry.from))
            found = and(found, {
              at: below(path, field, key),
              message: `"${key}" is deprecated; use ${entry.successor}.`,
            });
        }
    for (const pod of podsOf(resource))
      for (const key in map(pod.spec.nodeSelector)) {
        const entry = deprecatedKey(deprecatedLabels, key);
        if (entry !== undefined && atLeast(kubeVersion, entry.from))
          found = and(found, {
            at: below(pod.path, 'nodeSelector', key),
            message: `The node label "${key}" is deprecated; use ${entry.successor}.`,
          });
      }
    for (const { kind, path, from, successor: next } of deprecatedFields)
      if (
        resource.kind === kind &&
        isKind(resource, [kind]) &&
        atLeast(kubeVersion, from) &&
        !absent(dig(resource.manifest, ...path))
      )
        found = and(found, { at: path, message: `${path.join('.')} is deprecated; use ${next}.` });
    return found;
  },
});

const tables = [
  ['annotations', deprecatedAnnotations],
  ['labels', deprecatedLabels],
] as const;
