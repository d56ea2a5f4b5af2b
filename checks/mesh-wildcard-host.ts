import { and, defineCheck, type Gathered, labelOf, labelValue, list, map, spec } from '../src/check.ts';

export default defineCheck({
  id: 'mesh-wildcard-host',
  title: 'Mesh route uses a wildcard host',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['VirtualService.networking.istio.io', 'ServiceEntry.networking.istio.io'],
  why: 'The object catches requests for hosts that belong to others.',
  remedy: 'List the hosts.',
  peers: { kyverno: ['istio/restrict-virtual-service-wildcard'] },
  run(resource) {
    let found: Gathered;
    for (const [index, host] of list(map(spec(resource)).hosts).entries()) {
      const name = labelValue(host);
      const fires = resource.kind === 'ServiceEntry' ? name === '*' : name.includes('*');
      if (fires)
        found = and(found, {
          at: ['spec', 'hosts', index],
          message: `${labelOf(resource)} is for the hosts ${name}.`,
          ...(name === '*' && resource.kind === 'VirtualService' ? { severity: 'medium' } : {}),
        });
    }
    return found;
  },
});
