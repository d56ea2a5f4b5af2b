import { below, defineCheck, dig, Label } from '../src/check.ts';

export default defineCheck({
  id: 'privileged-container',
  title: 'Container runs in privileged mode',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: 'A privileged container has all capabilities and every device of the node: whoever takes it over owns the node and each pod on it.',
  remedy: 'Delete privileged or set it to false, and grant only the capability or device the process really needs.',
  standards: {
    pss: ['baseline/privileged'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.2'],
    mitre: ['T1611'],
  },
  peers: {
    checkov: ['CKV_K8S_16'],
    trivy: ['KSV-0017'],
    'kube-linter': ['privileged-container'],
    polaris: ['runAsPrivileged'],
    'kube-score': ['container-security-context-privileged'],
    kubescape: ['C-0057', 'C-0211'],
    kubesec: ['Privileged'],
    kyverno: ['pod-security/disallow-privileged-containers', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['privileged'],
    monokle: ['PSS103'],
  },
  run(container) {
    if (dig(container.spec, 'securityContext', 'privileged') !== true) return;
    const at = below(container.path, 'securityContext', 'privileged');
    return {
      at,
      message: `${Label(container)} is privileged.`,
      fix: { description: 'Set privileged to false.', edits: [{ op: 'set', path: at, value: false }], risky: true },
    };
  },
});
