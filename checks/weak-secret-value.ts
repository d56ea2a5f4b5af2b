import {
  and,
  below,
  containersOf,
  defineCheck,
  type Gathered,
  isCommonPassword,
  isCredentialName,
  isCredentialValue,
  isPasswordName,
  Label,
  secretValues,
  variablesOf,
  wordsOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'weak-secret-value',
  title: 'Secret carries a default or trivial password',
  category: 'secrets',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Secret', 'Workload'],
  why: 'Such passwords are tried first; no leak is needed to get in.',
  remedy: 'Generate a random value outside of Git.',
  standards: { mitre: ['T1078.001'] },
  run(resource) {
    let found: Gathered;
    if (resource.kind === 'Secret') {
      const values = secretValues(resource);
      const user = values.find(({ key }) => /(?:^| )(?:user|username|login)$/.test(wordsOf(key)))?.value;
      for (const { key, value, at } of values) {
        const named = isCredentialName(key) || isPasswordName(key);
        if (value === '' || !named) continue;
        if (isCommonPassword(value, user))
          found = and(found, { at, message: `Secret "${resource.name}" holds a common default under ${key}.` });
        else if (isPasswordName(key) && value.length < 8 && isCredentialValue(value))
          found = and(found, {
            at,
            message: `Secret "${resource.name}" holds a password of fewer than 8 characters under ${key}.`,
          });
      }
    }
    for (const container of containersOf(resource))
      for (const { name, text: value, index } of variablesOf(container)) {
        if (value === '' || !(isCredentialName(name) || isPasswordName(name))) continue;
        const at = below(container.path, 'env', index, 'value');
        if (isCommonPassword(value))
          found = and(found, { at, message: `${Label(container)} gets a common default as ${name}.` });
        else if (isPasswordName(name) && value.length < 8 && isCredentialValue(value))
          found = and(found, {
            at,
            message: `${Label(container)} gets a password of fewer than 8 characters as ${name}.`,
          });
      }
    return found;
  },
});
