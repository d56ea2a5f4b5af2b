import { absent, amountAt, amountOf, defineCheck, Label, sameQuantity } from '../src/check.ts';

export default defineCheck({
  id: 'ephemeral-storage-request-limit-mismatch',
  title: 'Ephemeral storage request and limit differ',
  category: 'resources',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'The scheduler counts the request alone, so containers that grow to their limits together fill the disk of the node.',
  remedy: 'Make them equal.',
  peers: { 'kube-score': ['container-ephemeral-storage-request-equals-limit'] },
  suppressedBy: ['ephemeral-storage-resources-missing'],
  run(container) {
    const request = amountOf(container, 'requests', 'ephemeral-storage');
    const limit = amountOf(container, 'limits', 'ephemeral-storage');
    if (absent(request) || absent(limit) || sameQuantity(request, limit)) return;
    return {
      at: amountAt(container, 'limits', 'ephemeral-storage'),
      message: `${Label(container)} has an ephemeral-storage limit that is not its request.`,
    };
  },
});
