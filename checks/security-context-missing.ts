import { below, defineCheck, isEmptyMap, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'security-context-missing',
  title: 'No security context is declared',
  category: 'pod-security',
  severity: 'medium',
  default: 'off',
  on: 'pod',
  why: 'Nothing is said about user, capabilities or privileges, so the image and the runtime decide, and they decide for convenience.',
  remedy: 'Declare a pod securityContext plus a container securityContext with the restricted profile fields.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.7.3'] },
  peers: {
    checkov: ['CKV_K8S_29', 'CKV_K8S_30'],
    trivy: ['KSV-0118'],
    'kube-score': ['container-security-context-user-group-id'],
    kubescape: ['C-0211'],
    kyverno: [
      'other/apply-pss-restricted-profile',
      'other/add-default-securitycontext',
      'tekton/require-tekton-securitycontext',
    ],
  },
  suppressedBy: ['run-as-non-root', 'allow-privilege-escalation', 'capabilities-not-dropped'],
  run(pod) {
    if (!isEmptyMap(pod.spec.securityContext)) return;
    const bare = pod.containers.filter(
      (container) => container.list !== 'ephemeralContainers' && isEmptyMap(container.spec.securityContext),
    );
    const [first] = bare;
    // At a container, where the findings are that make this one redundant.
    if (first !== undefined)
      return {
        at: below(first.path, 'securityContext'),
        message: `${ownerLabel(pod)} declares no security context, ${bare.length === 1 ? 'nor does' : 'nor do'} ${bare.map((container) => container.label).join(', ')}.`,
      };
  },
});
