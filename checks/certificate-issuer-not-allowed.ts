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
    const names = [...strings(asked.dnsNames), str(asked.commonName) ?? ''];
    const issuer = {
      kind: str(dig(asked, 'issuerRef', 'kind')) ?? 'Issuer',
      name: str(dig(asked, 'issuerRef', 'name')) ?? '',
    };
    let found: Gathered;
    for (const rule of textOption(options.issuers)) {
      const [domain = '', wanted = ''] = rule.split('=');
      const name = names.find((host) => host === domain || host.endsWith(`.${domain}`));
      if (name === undefined || [issuer.name, `${issuer.kind}/${issuer.name}`].includes(wanted)) continue;
      found = and(found, {
        at: ['spec', 'issuerRef', 'name'],
        message: `${labelOf(resource)} asks ${printable(issuer.name)} for ${printable(name)}, not ${wanted}.`,
      });
    }
    return found;
  },
});
