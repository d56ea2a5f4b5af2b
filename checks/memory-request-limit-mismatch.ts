import { absent, amountAt, amountOf, defineCheck, Label, sameQuantity } from '../src/check.ts';

export default defineCheck({
  id: 'memory-request-limit-mismatch',
  title: 'Memory request and limit differ',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'With a request below the limit the node promises memory twice; when it runs short, the container is killed.',
  remedy: 'Make them equal.',
  peers: {
    'kube-score': ['container-resource-requests-equal-limits', 'container-memory-requests-equal-limits'],
    kyverno: ['other/memory-requests-equal-limits', 'other/require-qos-guaranteed'],
  },
  suppressedBy: ['memory-limit-missing'],
  run(container) {
    const [request, limit] = [amountOf(container, 'requests', 'memory'), amountOf(container, 'limits', 'memory')];
    if (absent(request) && absent(limit)) return;
    if (!absent(request) && !absent(limit) && sameQuantity(request, limit)) return;
    const at = amountAt(container, absent(limit) ? 'limits' : 'requests', 'memory');
    const differing = absent(limit)
      ? 'a memory request and no limit'
      : absent(request)
        ? 'a memory limit and no request'
        : 'a memory request that is not its limit';
    return {
      at,
      message: `${Label(container)} has ${differing}.`,
      ...(absent(limit)
        ? {}
        : {
            fix: {
              description: 'Set the memory request to the limit.',
              edits: [{ op: 'set', path: at, value: limit }],
            },
          }),
    };
  },
});
