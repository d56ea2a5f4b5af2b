import { atLeast, defineCheck, items, judgeSettings } from '../src/check.ts';

export default defineCheck({
  id: 'apiserver-legacy-pod-plugin',
  title: 'Legacy pod security plugin setting',
  category: 'admission',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Before v1.25 nothing else limits what pods may do; from v1.25 the server does not start with these names.',
  remedy: 'Use Pod Security Admission.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1610'] },
  peers: { checkov: ['CKV_K8S_81', 'CKV_K8S_84'], trivy: ['KCV-0013'], kubescape: ['C-0068', 'C-0124'] },
  *run(set, context) {
    const gone = atLeast(context.kubeVersion, 25);
    yield* judgeSettings(
      set,
      ['kube-apiserver'],
      [
        {
          flag: 'enable-admission-plugins',
          passes: (value) =>
            items(value).some((item) => ['PodSecurityPolicy', 'SecurityContextDeny'].includes(item)) !== gone,
          fault: gone
            ? 'which names a plugin that no longer exists'
            : 'without PodSecurityPolicy or SecurityContextDeny',
        },
      ],
    );
  },
});
