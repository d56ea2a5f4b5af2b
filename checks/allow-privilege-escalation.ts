import { addedCapabilities, atLeast, below, defineCheck, Label, map } from '../src/check.ts';

export default defineCheck({
  id: 'allow-privilege-escalation',
  title: 'Privilege escalation inside the container is not blocked',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: 'A setuid program in the image can gain more rights than the process that starts it; an attacker turns a foothold into root.',
  remedy: 'Set allowPrivilegeEscalation to false.',
  standards: {
    pss: ['restricted/allowPrivilegeEscalation'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.6'],
    mitre: ['T1548.001'],
  },
  peers: {
    checkov: ['CKV_K8S_20'],
    trivy: ['KSV-0001'],
    'kube-linter': ['privilege-escalation-container'],
    polaris: ['privilegeEscalationAllowed'],
    kubescape: ['C-0016', 'C-0211'],
    kubesec: ['AllowPrivilegeEscalation'],
    kyverno: [
      'pod-security/disallow-privilege-escalation',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-capabilities',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['allowPrivilegeEscalation'],
    monokle: ['PSS202'],
  },
  run(container, context) {
    if (container.pod.declaredWindows && atLeast(context.kubeVersion, 25)) return;
    const context_ = map(container.spec.securityContext);
    if (context_.allowPrivilegeEscalation === false) return;
    const at = below(container.path, 'securityContext', 'allowPrivilegeEscalation');
    // The API rejects false beside these.
    const impossible =
      context_.privileged === true ||
      addedCapabilities(container).some(({ name }) => name === 'SYS_ADMIN' || name === 'ALL');
    return {
      at,
      message: `${Label(container)} does not set allowPrivilegeEscalation to false.`,
      ...(impossible
        ? {}
        : {
            fix: {
              description: 'Set allowPrivilegeEscalation to false.',
              edits: [{ op: 'set' as const, path: at, value: false }],
            },
          }),
    };
  },
});
