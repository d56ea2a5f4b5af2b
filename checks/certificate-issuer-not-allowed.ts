import {
  and,
  defineCheck,
  dig,
  type Gathered,
  labelOf,
  map,
  printable,
  str,
  strings,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'certificate-issuer-not-allowed',
  title: 'Certificate uses an unexpected issuer',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Certificate.cert-manager.io'],
  why: 'A certificate of another issuer is not trusted where it counts, or shows the name in public logs.',
  remedy: 'Reference the approved issuer.',
  peers: { kyverno: ['cert-manager/restrict-issuer'] },
  options: {
    issuers: {
      type: 'strings',
      describe: 'Which issuer a domain and what is below it needs, as DOMAIN=NAME or DOMAIN=KIND/NAME.',
      default: [],
    },
  },
  run(resource, { options }) {
    const asked = map(resource.manifest.spec);
    const names = [...strings(asked.dnsNames), str(asked.commonName) ?? ''].filter((name) => name !== '');
    const issuer = {
      kind: str(dig(asked, 'issuerRef', 'kind')) ?? 'Issuer',
      name: str(dig(asked, 'issuerRef', 'name')) ?? '',
    };
    const rules = textOption(options.issuers).map((rule) => {
      const [domain = '', wanted = ''] = rule.split('=');
      return { domain: domain.toLowerCase(), wanted };
    });
    const told = new Set<string>();
    let found: Gathered;
    for (const name of names) {
      const asked = rulesFor(rules, name.toLowerCase());
      const domain = asked[0]?.domain;
      const isWanted = asked.some(({ wanted }) => [issuer.name, `${issuer.kind}/${issuer.name}`].includes(wanted));
      if (domain === undefined || isWanted || told.has(domain)) continue;
      told.add(domain);
      found = and(found, {
        at: ['spec', 'issuerRef', 'name'],
        message: `${labelOf(resource)} asks ${printable(issuer.name)} for ${printable(name)}, not ${asked.map(({ wanted }) => wanted).join(' or ')}.`,
      });
    }
    return found;
  },
});

interface IssuerRule {
  domain: string;
  wanted: string;
}

/** The rules for the longest domain that the name is under. */
function rulesFor(rules: readonly IssuerRule[], name: string): IssuerRule[] {
  const over = rules.filter(({ domain }) => name === domain || name.endsWith(`.${domain}`));
  const longest = Math.max(0, ...over.map(({ domain }) => domain.length));
  return over.filter(({ domain }) => domain.length === longest);
}
