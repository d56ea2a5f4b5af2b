import { atLeast, defineCheck, effective, Label, seccompAnnotation, sharedSettingAt } from '../src/check.ts';

export default defineCheck({
  id: 'seccomp-profile-missing',
  title: 'No seccomp profile is requested',
  category: 'pod-security',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: "Unless the kubelet was told otherwise, the container may use every system call of the node's kernel, the rarely used and often flawed ones too.",
  remedy: 'Set seccompProfile.type RuntimeDefault in the pod securityContext.',
  standards: {
    pss: ['restricted/seccompProfile'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.7.2'],
    mitre: ['T1611'],
  },
  peers: {
    checkov: ['CKV_K8S_31'],
    trivy: ['KSV-0030'],
    'kube-score': ['container-seccomp-profile'],
    kubescape: ['C-0210', 'C-0211'],
    kubesec: ['SeccompAny'],
    kyverno: [
      'pod-security/restrict-seccomp-strict',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-capabilities',
    ],
    psa: ['seccompProfile_restricted'],
    monokle: ['PSS205'],
  },
  suppressedBy: ['seccomp-unconfined'],
  options: {
    'kubelet-default': {
      type: 'boolean',
      describe: "The cluster's kubelets run with seccompDefault, so a missing profile is RuntimeDefault.",
      default: false,
    },
  },
  run(container, context) {
    if (container.pod.declaredWindows && atLeast(context.kubeVersion, 25)) return;
    const { value, at, from } = effective(container, 'seccompProfile', 'type');
    if (value === 'RuntimeDefault' || value === 'Localhost') return;
    if (from === 'none') {
      if (context.options['kubelet-default'] === true) return;
      const annotation = atLeast(context.kubeVersion, 27) ? undefined : seccompAnnotation(container);
      if (annotation !== undefined && /^(runtime\/default|docker\/default|localhost\/.+)$/.test(annotation)) return;
    }
    return {
      at,
      message: `${Label(container)} runs without a seccomp profile.`,
      ...(from === 'none'
        ? {
            fix: {
              description: 'Set seccompProfile.type to RuntimeDefault.',
              edits: [
                { op: 'set', path: sharedSettingAt(container, 'seccompProfile'), value: { type: 'RuntimeDefault' } },
              ],
            },
          }
        : {}),
    };
  },
});
