import {
  amountAt,
  amountOf,
  and,
  defineCheck,
  dig,
  type Gathered,
  Label,
  map,
  mayHaveResources,
  quantity,
  sameQuantity,
} from '../src/check.ts';

export default defineCheck({
  id: 'limit-below-request',
  title: 'Resource limit is lower than the request',
  category: 'resources',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: 'The API rejects the pod, so the rollout stands still.',
  remedy: 'Raise the limit or lower the request.',
  run(container) {
    if (!mayHaveResources(container)) return;
    const requests = map(dig(container.spec, 'resources', 'requests'));
    let found: Gathered;
    for (const resource of Object.keys(requests)) {
      const limit = amountOf(container, 'limits', resource);
      const most = quantity(limit);
      const least = most === undefined ? undefined : quantity(requests[resource]);
      if (least === undefined || most === undefined || most >= least || sameQuantity(requests[resource], limit))
        continue;
      const message = `${Label(container)} has a ${resource} limit lower than its request.`;
      found = and(found, { at: amountAt(container, 'limits', resource), message });
    }
    return found;
  },
});
