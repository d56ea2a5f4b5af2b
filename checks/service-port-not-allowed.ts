import { and, defineCheck, dig, type Gathered, int, labelOf, list, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'service-port-not-allowed',
  title: 'Service port is outside the permitted range',
  category: 'network',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Service'],
  why: 'Firewalls and load balancers in front of the cluster expect the agreed ports alone.',
  remedy: 'Use a permitted port.',
  peers: { kyverno: ['other/restrict-service-port-range'] },
  options: {
    ports: {
      type: 'strings',
      describe: 'Ports that Services may have, as 443 or 8000-9000; any when empty.',
      default: [],
    },
    'node-ports': {
      type: 'strings',
      describe: 'Node ports that Services may have, written alike; any when empty.',
      default: [],
    },
  },
  run(service, { options }) {
    let found: Gathered;
    for (const [index, port] of list(dig(service.manifest, 'spec', 'ports')).entries())
      for (const field of ['port', 'nodePort']) {
        const ranges = textOption(options[field === 'port' ? 'ports' : 'node-ports']);
        const value = int(dig(port, field));
        if (ranges.length === 0 || value === undefined || value === 0 || inRanges(value, ranges)) continue;
        found = and(found, {
          at: ['spec', 'ports', index, field],
          message: `${labelOf(service)} uses the ${field === 'port' ? 'port' : 'node port'} ${value}.`,
        });
      }
    return found;
  },
});

function inRanges(port: number, ranges: readonly string[]): boolean {
  return ranges.some((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map(Number);
    return port >= from && port <= to;
  });
}
