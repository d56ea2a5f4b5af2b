import { and, defineCheck, dig, type Gathered, labelOf, numberOption, strings } from '../src/check.ts';

export default defineCheck({
  id: 'certificate-multiple-dns-names',
  title: 'Certificate covers several names',
  category: 'network',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Certificate.cert-manager.io'],
  why: 'Whoever steals the key of one service can stand in for all that are named beside it.',
  remedy: 'Split the certificate.',
  peers: { kyverno: ['cert-manager/limit-dnsnames'] },
  options: {
    max: { type: 'number', describe: 'Most DNS names of a certificate.', default: 1, min: 1 },
    strict: { type: 'boolean', describe: 'Also report wildcards.', default: false },
  },
  run(resource, { options }) {
    const names = strings(dig(resource.manifest, 'spec', 'dnsNames'));
    const most = numberOption(options, 'max');
    let found: Gathered;
    if (names.length > most)
      found = and(found, {
        at: ['spec', 'dnsNames'],
        message: `${labelOf(resource)} is for ${names.length} names, more than ${most}.`,
      });
    if (options.strict !== true) return found;
    for (const [index, name] of names.entries())
      if (name.startsWith('*.'))
        found = and(found, {
          at: ['spec', 'dnsNames', index],
          message: `${labelOf(resource)} is for every name below ${name.slice(2)}.`,
        });
    return found;
  },
});
