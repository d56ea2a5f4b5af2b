import { absent, and, defineCheck, dig, type Gathered, map, scalarText } from '../src/check.ts';

const prefix = 'pod-security.kubernetes.io/';
const levels = ['privileged', 'baseline', 'restricted'];

export default defineCheck({
  id: 'pod-security-label-invalid',
  title: 'Pod Security label is misspelt or unpinned',
  category: 'namespace-governance',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Namespace'],
  why: 'A label that admission does not understand protects nothing, though it looks as if it did.',
  remedy: 'Correct the label.',
  standards: { cis: ['5.2.1'] },
  run(resource) {
    let found: Gathered;
    for (const [key, value] of Object.entries(map(dig(resource.manifest, 'metadata', 'labels')))) {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
      if (name === undefined) continue;
      const at = ['metadata', 'labels', key];
      if (!/^(enforce|audit|warn)(-version)?$/.test(name))
        found = and(found, { at, message: `"${key}" is no Pod Security label.` });
      else if (
        name.endsWith('-version')
          ? !/^(latest|v1\.(0|[1-9]\d*))$/.test(scalarText(value))
          : !levels.includes(scalarText(value))
      )
        found = and(found, {
          at,
          message: `"${scalarText(value)}" is no ${name.endsWith('-version') ? 'version' : 'level'} of Pod Security.`,
        });
    }
    const enforced = dig(resource.manifest, 'metadata', 'labels', `${prefix}enforce`);
    if (!absent(enforced) && absent(dig(resource.manifest, 'metadata', 'labels', `${prefix}enforce-version`)))
      found = and(found, {
        at: ['metadata', 'labels', `${prefix}enforce`],
        message: 'The enforced level is not pinned to a version.',
        severity: 'info',
      });
    return found;
  },
});
