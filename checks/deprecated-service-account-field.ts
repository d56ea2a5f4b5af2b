import { absent, defineCheck, type Edit } from '../src/check.ts';

export default defineCheck({
  id: 'deprecated-service-account-field',
  title: 'Deprecated serviceAccount field is used',
  category: 'api-lifecycle',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: 'The field is an old alias; when both are set and differ, only serviceAccountName counts and the pod runs as another account than it seems.',
  remedy: 'Use serviceAccountName.',
  peers: { 'kube-linter': ['deprecated-service-account-field'], kubescape: ['C-0294'] },
  run(pod) {
    const old = pod.spec.serviceAccount;
    if (absent(old) || old === '') return;
    const now = pod.spec.serviceAccountName;
    const at = pod.at('serviceAccount');
    const rename: Edit[] = [{ op: 'remove', path: at }];
    if (absent(now) || now === '') rename.unshift({ op: 'set', path: pod.at('serviceAccountName'), value: old });
    const fault =
      absent(now) || now === ''
        ? 'instead of serviceAccountName'
        : now === old
          ? 'beside serviceAccountName, which says the same'
          : 'and differs from serviceAccountName';
    return {
      at,
      message: `The deprecated field serviceAccount is set ${fault}.`,
      ...(now === old ? { severity: 'info' } : {}),
      fix: {
        description: rename.length > 1 ? 'Rename serviceAccount to serviceAccountName.' : 'Delete serviceAccount.',
        edits: rename,
      },
    };
  },
});
