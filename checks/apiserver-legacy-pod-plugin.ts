import { atLeast, type Component, defineCheck, items, judgeSettings } from '../src/check.ts';

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
    // An API server is of the version of its image, whatever the settings say of the cluster.
    const isGone = ({ version }: Component): boolean => atLeast(version ?? context.kubeVersion, 25);
    const names = (value: string | undefined): boolean =>
      items(value).some((item) => ['PodSecurityPolicy', 'SecurityContextDeny'].includes(item));
    const flag = 'enable-admission-plugins';
    yield* judgeSettings(
      set,
      ['kube-apiserver'],
      [
        {
          flag,
          passes: (value, component) => !isGone(component) || !names(value),
          fault: 'which names a plugin that no longer exists',
        },
        {
          flag,
          passes: (value, component) => isGone(component) || names(value),
          fault: 'without PodSecurityPolicy or SecurityContextDeny',
        },
      ],
    );
  },
});
