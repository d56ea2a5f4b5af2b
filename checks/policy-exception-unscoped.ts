import { absent, and, below, defineCheck, dig, type Gathered, groupOf, list, map, str, strings } from '../src/check.ts';

/** `*`, of any version or group too; `Pod/*` is a kind with its subresources. */
const isEveryKind = /^(?:[^A-Z/]+\/)*\*$/;

export default defineCheck({
  id: 'policy-exception-unscoped',
  title: 'Policy exception is too wide',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['PolicyException.kyverno.io', 'PolicyException.policies.kyverno.io'],
  why: 'Objects that nobody had in mind pass the policy, too.',
  remedy: 'Name policy, rule, namespace and resource.',
  standards: { mitre: ['T1562.001'] },
  peers: { kyverno: ['other/policy-for-exceptions', 'other/expiration-for-policyexceptions'] },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Ask for an end (a label or annotation about expiry) and for the approved namespace.',
      default: false,
    },
    namespace: { type: 'string', describe: 'The namespace exceptions belong in; any while empty.', default: '' },
  },
  run(resource, context) {
    const spec = map(resource.manifest.spec);
    let found: Gathered;
    for (const [index, exception] of list(spec.exceptions).entries()) {
      const at = ['spec', 'exceptions', index];
      if (/[*?]/.test(str(dig(exception, 'policyName')) ?? ''))
        found = and(found, { at: below(at, 'policyName'), message: 'The exception names policies by a wildcard.' });
      if (strings(dig(exception, 'ruleNames')).some((name) => /[*?]/.test(name)))
        found = and(found, { at: below(at, 'ruleNames'), message: 'The exception names rules by a wildcard.' });
    }
    if (groupOf(resource.apiVersion) === 'kyverno.io') {
      const filters = ['any', 'all'].flatMap((field) =>
        list(dig(spec, 'match', field)).map((one, index) => ({
          at: ['spec', 'match', field, index, 'resources'],
          resources: dig(one, 'resources'),
        })),
      );
      for (const { at, resources } of filters) {
        if (strings(dig(resources, 'kinds')).some((kind) => isEveryKind.test(kind)))
          found = and(found, { at: below(at, 'kinds'), message: 'The exception is for objects of every kind.' });
        const names = ['namespaces', 'names', 'name'].flatMap((field) => {
          const value = dig(resources, field);
          return typeof value === 'string' ? [value] : strings(value);
        });
        const named = names.some((name) => /[^*?]/.test(name));
        if (!named) found = and(found, { at, message: 'The exception names neither namespaces nor objects.' });
      }
      if (filters.length === 0)
        found = and(found, { at: ['spec', 'match'], message: 'The exception is for every object.' });
    } else if (['matchConditions', 'images', 'allowedValues'].every((field) => list(spec[field]).length === 0))
      found = and(found, { at: ['spec', 'matchConditions'], message: 'The exception is for every object.' });
    if (context.options.strict !== true) return found;
    const keys = ['labels', 'annotations'].flatMap((field) =>
      Object.keys(map(dig(resource.manifest, 'metadata', field))),
    );
    if (absent(spec.expiresAt) && !keys.some((key) => /expir|ttl|valid-until/i.test(key)))
      found = and(found, { at: ['metadata'], message: 'The exception never ends.' });
    if (context.options.namespace !== '' && resource.namespace !== context.options.namespace)
      found = and(found, {
        at: ['metadata', 'namespace'],
        message: `Exceptions belong in namespace ${String(context.options.namespace)}.`,
      });
    return found;
  },
});
