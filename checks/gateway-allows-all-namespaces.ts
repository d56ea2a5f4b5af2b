import { and, below, defineCheck, dig, type Gathered, labelOf, list, listenersOf, map, spec } from '../src/check.ts';

export default defineCheck({
  id: 'gateway-allows-all-namespaces',
  title: 'Gateway accepts routes from every namespace',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Gateway.gateway.networking.k8s.io', 'Gateway.networking.istio.io'],
  why: 'Every team of the cluster can attach routes and take over hosts of the others.',
  remedy: 'Use Same or a Selector.',
  standards: { mitre: ['T1557'] },
  run(gateway) {
    let found: Gathered;
    for (const { name, spec: listener, at } of listenersOf(gateway))
      if (dig(listener, 'allowedRoutes', 'namespaces', 'from') === 'All')
        found = and(found, {
          at: below(at, 'allowedRoutes', 'namespaces', 'from'),
          message: `${labelOf(gateway)}: listener "${name}" takes routes from all namespaces.`,
        });
    for (const [index, server] of list(map(spec(gateway)).servers).entries())
      for (const [position, host] of list(dig(server, 'hosts')).entries())
        if (host === '*' || host === '*/*')
          found = and(found, {
            at: ['spec', 'servers', index, 'hosts', position],
            message: `${labelOf(gateway)}: server ${index + 1} takes every host from all namespaces.`,
          });
    return found;
  },
});
