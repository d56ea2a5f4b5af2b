import { addressRange, defineCheck, labelOf, map, rangeContains, spec, str } from '../src/check.ts';

export default defineCheck({
  id: 'service-external-name-localhost',
  title: 'ExternalName Service points at the local host',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Service'],
  why: 'Ingress controllers follow the name into their own node or the API server, past every network rule.',
  remedy: 'Delete the Service.',
  standards: { mitre: ['T1090', 'T1557'] },
  peers: { kyverno: ['other/disallow-localhost-services'] },
  run(service) {
    const name = (str(map(spec(service)).externalName) ?? '').toLowerCase().replace(/\.$/, '');
    if (name === '') return;
    const address = addressRange(name);
    const inside =
      /^(?:.+\.)?localhost(?:\.localdomain)?$/.test(name) ||
      /^kubernetes\.default(?:\.svc(?:\..+)?)?$/.test(name) ||
      name === 'metadata.google.internal' ||
      (address !== undefined && forbidden.some((range) => rangeContains(range, address)));
    if (inside) return { at: ['spec', 'externalName'], message: `${labelOf(service)} points at ${name}.` };
  },
});

const forbidden = ['127.0.0.0/8', '0.0.0.0/32', '::1/128', '::/128', '169.254.169.254/32', 'fd00:ec2::254/128'].flatMap(
  (text) => addressRange(text) ?? [],
);
