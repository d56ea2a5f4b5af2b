import { and, defineCheck, type Gathered, labelOf, map } from '../src/check.ts';

export default defineCheck({
  id: 'sensitive-data-in-configmap',
  title: 'ConfigMap stores personal or sensitive data',
  category: 'secrets',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['ConfigMap'],
  why: 'Whoever may read configuration, which is nearly everyone, reads the data, and it stays in the history of Git.',
  remedy: 'Remove personal data from configuration.',
  standards: { mitre: ['T1552.001'] },
  peers: { trivy: ['KSV-01010'] },
  suppressedBy: ['secret-in-configmap'],
  run(resource) {
    let violations: Gathered;
    for (const [key, value] of Object.entries(map(resource.manifest.data))) {
      if (typeof value !== 'string') continue;
      const found = kinds.find(
        ({ names, form }) => (names.test(key) && value.trim() !== '') || form?.test(value) === true,
      );
      if (found !== undefined)
        violations = and(violations, {
          at: ['data', key],
          message: `${labelOf(resource)} seems to hold ${found.what} under "${key}".`,
        });
    }
    return violations;
  },
});

/** By the name of the key, else by the form of the value. The value is never said. */
const kinds: readonly { what: string; names: RegExp; form?: RegExp }[] = [
  {
    what: 'an e-mail address',
    names: /(?:^|[._-])e-?mail(?:s|[._-]address)?$/i,
    form: /(?:^|[\s"'=:<,])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}(?=$|[\s"'>,;])/i,
  },
  {
    what: 'a phone number',
    names: /(?:^|[._-])(?:phone|mobile|telephone)(?:[._-]?number)?$/i,
    form: /(?:^|[\s"'=:])\+\d{1,3}[ -]?(?:\d[ -]?){6,12}\d(?=$|[\s"',;])/,
  },
  {
    what: 'a bank account',
    names: /(?:^|[._-])iban$/i,
    form: /(?:^|[\s"'=:])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?=$|[\s"',;])/,
  },
  { what: 'a user name', names: /(?:^|[._-])(?:user-?name|user|login)$/i },
  { what: 'key material', names: /(?:^|[._-])(?:private|signing|encryption)[._-]?key$/i },
];
