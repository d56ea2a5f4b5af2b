import { amountAt, amountOf, defineCheck, isSet, Label, mayHaveResources } from '../src/check.ts';

export default defineCheck({
  id: 'cpu-limit-set',
  title: 'CPU limit is set although policy forbids it',
  category: 'resources',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'The kernel stops a container at its limit even while the node is idle, which shows as latency that nobody can explain.',
  remedy: 'Remove limits.cpu.',
  peers: { kyverno: ['other/forbid-cpu-limits'] },
  run(container) {
    if (!mayHaveResources(container) || !isSet(amountOf(container, 'limits', 'cpu'))) return;
    return { at: amountAt(container, 'limits', 'cpu'), message: `${Label(container)} has a cpu limit.` };
  },
});
