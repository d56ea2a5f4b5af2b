import { absent, amountAt, amountOf, defineCheck, Label, sameQuantity } from '../src/check.ts';

export default defineCheck({
  id: 'cpu-request-limit-mismatch',
  title: 'CPU request and limit differ',
  category: 'resources',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'With request and limit apart the pod is Burstable: it may be throttled or evicted earlier than a Guaranteed one.',
  remedy: 'Make them equal.',
  peers: {
    'kube-score': ['container-resource-requests-equal-limits', 'container-cpu-requests-equal-limits'],
    kyverno: ['other/require-qos-guaranteed'],
  },
  suppressedBy: ['cpu-limit-missing'],
  run(container) {
    const [request, limit] = [amountOf(container, 'requests', 'cpu'), amountOf(container, 'limits', 'cpu')];
    if (absent(request) && absent(limit)) return;
    if (!absent(request) && !absent(limit) && sameQuantity(request, limit)) return;
    const differing = absent(limit)
      ? 'a cpu request and no limit'
      : absent(request)
        ? 'a cpu limit and no request'
        : 'a cpu limit that is not its request';
    return { at: amountAt(container, 'limits', 'cpu'), message: `${Label(container)} has ${differing}.` };
  },
});
