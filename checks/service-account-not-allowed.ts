import { accountAt, accountOf, defineCheck, matchesAny } from '../src/check.ts';

export default defineCheck({
  id: 'service-account-not-allowed',
  title: 'Pod uses a service account outside the allow-list',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: "A workload that runs as somebody else's account has that account's rights.",
  remedy: 'Use an approved service account.',
  standards: { nsa: ['Kubernetes Pod security: protecting Pod service account tokens'] },
  peers: { 'kube-linter': ['template:service-account'], kyverno: ['other/restrict-service-account'] },
  options: {
    allowed: {
      type: 'strings',
      describe:
        'What is permitted, as namespace=account; * matches any run of characters. Nothing is reported while empty.',
      default: [],
    },
  },
  run(pod, context) {
    const { allowed } = context.options;
    if (!pod.settable || !Array.isArray(allowed) || allowed.length === 0) return;
    const account = accountOf(pod);
    if (matchesAny(`${pod.resource.namespace}=${account}`, allowed)) return;
    return {
      at: accountAt(pod),
      message: `Service account "${account}" is not on the list for this namespace.`,
    };
  },
});
