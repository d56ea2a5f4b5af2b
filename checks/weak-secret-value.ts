import {
  and,
  below,
  containersOf,
  defineCheck,
  type Gathered,
  guessOf,
  isCredentialName,
  isCredentialValue,
  isPasswordName,
  isUserName,
  Label,
  labelOf,
  secretValues,
  variablesOf,
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
      const users = values.flatMap(({ key, value }) => (isUserName(key) ? [value] : []));
      for (const { key, value, at } of values) {
        const named = isCredentialName(key) || isPasswordName(key);
        if (value === '' || !named) continue;
        const guess = guessOf(value, users);
        if (guess !== undefined)
          found = and(found, { at, message: `${labelOf(resource)} holds ${guess} under ${key}.` });
        else if (isPasswordName(key) && isShort(value))
          found = and(found, {
            at,
            message: `${labelOf(resource)} holds a password of fewer than 8 characters under ${key}.`,
          });
      }
    }
    for (const container of containersOf(resource)) {
      const variables = variablesOf(container);
      let users: readonly string[] | undefined;
      for (const { name, text: value, index } of variables) {
        if (value === '' || !(isCredentialName(name) || isPasswordName(name))) continue;
        const at = below(container.path, 'env', index, 'value');
        users ??= variables.flatMap(({ name: other, text }) => (isUserName(other) ? [text] : []));
        const guess = guessOf(value, users);
        if (guess !== undefined) found = and(found, { at, message: `${Label(container)} gets ${guess} as ${name}.` });
        else if (isPasswordName(name) && isShort(value))
          found = and(found, {
            at,
            message: `${Label(container)} gets a password of fewer than 8 characters as ${name}.`,
          });
      }
    }
    return found;
  },
});

/** One digit or two are a switch or a count. */
function isShort(value: string): boolean {
  return value.length < 8 && (isCredentialValue(value) || /^\d{3,5}$/.test(value));
}
