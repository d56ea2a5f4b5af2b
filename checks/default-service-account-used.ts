import { accountAt, accountOf, defineCheck, mountsToken } from '../src/check.ts';

export default defineCheck({
  id: 'default-service-account-used',
  title: 'Pod runs as the default service account',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'Rights given to the default account reach every pod of the namespace, so none of them can be told apart or limited.',
  remedy: 'Create a dedicated service account, or switch token mounting off.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.5'],
    mitre: ['T1078.001'],
  },
  peers: {
    checkov: ['CKV_ARGO_1'],
    'kube-linter': ['default-service-account'],
    kubescape: ['C-0189'],
    kubesec: ['ServiceAccountName'],
  },
  suppressedBy: ['service-account-token-automount'],
  options: {
    strict: { type: 'boolean', describe: 'Also report pods that mount no token.', default: false },
  },
  run(pod, { options, set }) {
    const mounts = mountsToken(pod, set);
    if (!pod.settable || accountOf(pod) !== 'default' || (!mounts && options.strict !== true)) return;
    return {
      at: accountAt(pod),
      message: `The pod runs as the default service account${mounts ? ' and mounts its token' : ''}.`,
    };
  },
});
