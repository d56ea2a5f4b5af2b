import {
  amountAt,
  amountOf,
  and,
  defineCheck,
  type Gathered,
  Label,
  numberOption,
  quantity,
  sameQuantity,
} from '../src/check.ts';

export default defineCheck({
  id: 'resource-limit-ratio',
  title: 'Limit is far above the request',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'Pods that may grow far past what was reserved for them push one another, and then the node, out of memory.',
  remedy: 'Reduce the gap.',
  standards: { nsa: ['Network separation and hardening: resource policies'] },
  peers: { kyverno: ['other/enforce-resources-as-ratio'] },
  options: {
    memory: { type: 'number', describe: 'Highest memory limit, in memory requests; 0 for any.', default: 2.5, min: 0 },
    cpu: { type: 'number', describe: 'Highest cpu limit, in cpu requests; 0 for any.', default: 0, min: 0 },
  },
  run(container, { options }) {
    let found: Gathered;
    for (const resource of ['memory', 'cpu']) {
      const most = numberOption(options, resource);
      const request = quantity(amountOf(container, 'requests', resource));
      const limit = quantity(amountOf(container, 'limits', resource));
      if (most === 0 || request === undefined || limit === undefined || request === 0) continue;
      if (limit <= request * most || sameQuantity(limit, request * most)) continue;
      found = and(found, {
        at: amountAt(container, 'limits', resource),
        message: `${Label(container)} has a ${resource} limit of more than ${most} times its request.`,
      });
    }
    return found;
  },
});
