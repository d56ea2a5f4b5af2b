import { amountAt, amountOf, and, defineCheck, type Gathered, Label, quantity, str } from '../src/check.ts';

/** One option for each end of each range: `cpu-request-min`, `memory-limit-max` …. */
const bounds = (['requests', 'limits'] as const).flatMap((list) =>
  ['cpu', 'memory'].flatMap((resource) =>
    (['min', 'max'] as const).map((end) => ({
      list,
      resource,
      end,
      option: `${resource}-${list.slice(0, -1)}-${end}`,
      describe: `${end === 'min' ? 'Lowest' : 'Highest'} ${resource} ${list.slice(0, -1)} allowed, as a quantity; empty for no bound.`,
    })),
  ),
);

export default defineCheck({
  id: 'resources-out-of-bounds',
  title: 'Resource values leave the permitted range',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'The container takes more than its share, or so little that it cannot work, by the bounds that were set for this cluster.',
  remedy: 'Choose a value in range.',
  standards: { nsa: ['Network separation and hardening: resource policies'] },
  peers: {
    'kube-linter': ['template:cpu-requirements', 'template:memory-requirements'],
    kubescape: ['C-0004', 'C-0050', 'C-0303'],
  },
  options: Object.fromEntries(
    bounds.map(({ option, describe }) => [option, { type: 'string', describe, default: '' }]),
  ),
  run(container, context) {
    let found: Gathered;
    for (const { option, list: which, resource, end } of bounds) {
      if (context.options[option] === '') continue;
      const bound = quantity(str(context.options[option]) ?? '');
      const amount = quantity(amountOf(container, which, resource));
      if (bound === undefined || amount === undefined || (end === 'min' ? amount >= bound : amount <= bound)) continue;
      const noun = which === 'requests' ? 'request' : 'limit';
      found = and(found, {
        at: amountAt(container, which, resource),
        message: `${Label(container)} has a ${resource} ${noun} ${end === 'min' ? 'below' : 'above'} ${String(context.options[option])}.`,
      });
    }
    return found;
  },
});
