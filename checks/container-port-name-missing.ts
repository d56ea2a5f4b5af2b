import { and, containerPorts, defineCheck, type Gathered, Label } from '../src/check.ts';

export default defineCheck({
  id: 'container-port-name-missing',
  title: 'Container port has no name',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'Services and policies that name ports instead of counting them cannot use this one.',
  remedy: 'Name the port.',
  peers: { kyverno: ['other/require-container-port-names'] },
  run(container) {
    let found: Gathered;
    for (const { name, port, at } of containerPorts(container))
      if (name === '')
        found = and(found, { at, message: `${Label(container)} has a port without a name: ${port ?? 'unknown'}.` });
    return found;
  },
});
