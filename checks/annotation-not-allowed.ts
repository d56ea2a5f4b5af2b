import { and, below, defineCheck, type Gathered, map, matchesAny, metadataOf, scalarText } from '../src/check.ts';

export default defineCheck({
  id: 'annotation-not-allowed',
  title: 'Annotation is forbidden',
  category: 'namespace-governance',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Any'],
  why: 'Annotations steer controllers; one that is forbidden here can change what an ingress, a scheduler or a cloud does.',
  remedy: 'Remove the annotation.',
  peers: {
    'kube-linter': ['template:forbidden-annotation'],
    kyverno: ['other/restrict-annotations', 'other/allowed-annotations'],
  },
  options: {
    deny: {
      type: 'strings',
      describe: 'Forbidden annotations, as key or key=value; * matches any run of characters.',
      default: [],
    },
    except: {
      type: 'strings',
      describe: 'Annotations that may be used though deny forbids them, written alike.',
      default: [],
    },
    allow: {
      type: 'strings',
      describe: 'When not empty, the only annotations that may be used, written alike.',
      default: [],
    },
  },
  run(resource, context) {
    const { deny, except, allow } = context.options;
    const only = Array.isArray(allow) && allow.length > 0;
    if (!only && !(Array.isArray(deny) && deny.length > 0)) return;
    let found: Gathered;
    for (const { path, metadata } of metadataOf(resource))
      for (const [key, value] of Object.entries(map(metadata.annotations))) {
        const listed = (patterns: unknown): boolean =>
          matchesAny(key, patterns) || matchesAny(`${key}=${scalarText(value)}`, patterns);
        if ((listed(deny) && !listed(except)) || (only && !listed(allow)))
          found = and(found, { at: below(path, 'annotations', key), message: `Annotation "${key}" is not allowed.` });
      }
    return found;
  },
});
