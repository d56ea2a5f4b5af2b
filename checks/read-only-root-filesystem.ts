import { below, defineCheck, dig, Label } from '../src/check.ts';

export default defineCheck({
  id: 'read-only-root-filesystem',
  title: 'Root file system of the container is writable',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: 'An attacker who gets in can replace programs of the image, or keep tools and loot in its file system.',
  remedy: 'Set readOnlyRootFilesystem true and mount emptyDir volumes on the paths that must be written.',
  standards: { nsa: ['Kubernetes Pod security: immutable container file systems'], mitre: ['T1543', 'T1036'] },
  peers: {
    checkov: ['CKV_K8S_22'],
    trivy: ['KSV-0014'],
    'kube-linter': ['no-read-only-root-fs'],
    polaris: ['notReadOnlyRootFilesystem'],
    'kube-score': ['container-security-context-readonlyrootfilesystem'],
    kubescape: ['C-0017', 'C-0211'],
    kubesec: ['ReadOnlyRootFilesystem'],
    kyverno: ['best-practices/require-ro-rootfs'],
    monokle: ['KBP102'],
  },
  run(container) {
    if (container.pod.windows || dig(container.spec, 'securityContext', 'readOnlyRootFilesystem') === true) return;
    const at = below(container.path, 'securityContext', 'readOnlyRootFilesystem');
    return {
      at,
      message: `${Label(container)} may write to its root file system.`,
      fix: {
        description: 'Set readOnlyRootFilesystem to true.',
        edits: [{ op: 'set', path: at, value: true }],
        risky: true,
      },
    };
  },
});
