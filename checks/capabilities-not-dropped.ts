import { atLeast, below, defineCheck, droppedCapabilities, Label } from '../src/check.ts';

export default defineCheck({
  id: 'capabilities-not-dropped',
  title: 'Container does not drop all Linux capabilities',
  category: 'pod-security',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: "The runtime's default set lets root in the container forge packets, change owners and make device nodes: a start for breaking out.",
  remedy: 'Add capabilities.drop with the single item ALL.',
  standards: {
    pss: ['restricted/capabilities'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.10'],
    mitre: ['T1611', 'T1548'],
  },
  peers: {
    checkov: ['CKV_K8S_37'],
    trivy: ['KSV-0003', 'KSV-0004', 'KSV-0106'],
    polaris: ['insecureCapabilities'],
    kubescape: ['C-0201'],
    kubesec: ['CapDropAll', 'CapDropAny'],
    kyverno: [
      'best-practices/require-drop-all',
      'pod-security/disallow-capabilities-strict',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['capabilities_restricted'],
    monokle: ['PSS206', 'KBP103'],
  },
  run(container, context) {
    if (container.pod.declaredWindows && atLeast(context.kubeVersion, 25)) return;
    if (droppedCapabilities(container).includes('ALL')) return;
    const at = below(container.path, 'securityContext', 'capabilities', 'drop');
    return {
      at,
      message: `${Label(container)} does not drop all capabilities.`,
      fix: {
        description: 'Set capabilities.drop to [ALL].',
        edits: [{ op: 'set', path: at, value: ['ALL'] }],
        risky: true,
      },
    };
  },
});
