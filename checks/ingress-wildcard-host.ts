import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  ingressRules,
  labelOf,
  labelValue,
  list,
  map,
  spec,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'ingress-wildcard-host',
  title: 'Ingress host is a wildcard',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'The application also gets requests for names that nobody gave it, and a certificate for all of them.',
  remedy: 'List the host names.',
  standards: { mitre: ['T1557'] },
  peers: { kyverno: ['other/restrict-ingress-wildcard'] },
  run(ingress) {
    let found: Gathered;
    for (const { host, at } of ingressRules(ingress))
      if (host.startsWith('*'))
        found = and(found, { at: below(at, 'host'), message: `${labelOf(ingress)} has a rule for the hosts ${host}.` });
    for (const [index, entry] of list(map(spec(ingress)).tls).entries())
      for (const [position, host] of list(dig(entry, 'hosts')).entries())
        if (str(host)?.startsWith('*') === true)
          found = and(found, {
            at: ['spec', 'tls', index, 'hosts', position],
            message: `${labelOf(ingress)} has a certificate for the hosts ${labelValue(host)}.`,
          });
    return found;
  },
});
