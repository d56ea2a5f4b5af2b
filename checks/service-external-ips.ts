import {
  addressRange,
  and,
  defineCheck,
  type Gathered,
  labelOf,
  labelValue,
  list,
  listOption,
  map,
  rangeContains,
  spec,
} from '../src/check.ts';

export default defineCheck({
  id: 'service-external-ips',
  title: 'Service claims external IPs',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Service'],
  why: 'Whoever writes external addresses into a Service catches the traffic of the whole cluster to those addresses (CVE-2020-8554).',
  remedy: 'Use a LoadBalancer implementation that owns the address.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1557'] },
  peers: { trivy: ['KSV-0108'], kyverno: ['best-practices/restrict-service-external-ips'] },
  options: { allowed: { type: 'strings', describe: 'Addresses and CIDR ranges that may be used.', default: [] } },
  run(service, { options }) {
    const allowed = listOption(options, 'allowed').flatMap((text) => addressRange(text) ?? []);
    let found: Gathered;
    for (const [index, item] of list(map(spec(service)).externalIPs).entries()) {
      const address = addressRange(labelValue(item));
      if (address !== undefined && allowed.some((range) => rangeContains(range, address))) continue;
      found = and(found, {
        at: ['spec', 'externalIPs', index],
        message: `${labelOf(service)} claims the external address ${labelValue(item) || `number ${index + 1}`}.`,
      });
    }
    return found;
  },
});
