import { absent, atLeast, below, defineCheck, dig, hasOwnUsers, Label, printable } from '../src/check.ts';

export default defineCheck({
  id: 'unmasked-proc-mount',
  title: '/proc masking is turned off',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: "The masked parts of /proc hold the kernel's secrets and switches; unmasked, root in the container can change the node's kernel.",
  remedy: 'Remove procMount.',
  standards: {
    pss: ['baseline/procMount', 'restricted/procMount'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    mitre: ['T1611', 'T1082'],
  },
  peers: {
    trivy: ['KSV-0027'],
    'kube-linter': ['unsafe-proc-mount'],
    polaris: ['procMount'],
    kubescape: ['C-0211'],
    kyverno: ['pod-security/disallow-proc-mount', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['procMount', 'procMount_restricted'],
    monokle: ['PSS109'],
  },
  options: {
    profile: {
      type: 'string',
      describe: 'The Pod Security profile to follow: restricted has no exemption for pods with users of their own.',
      default: 'baseline',
      values: ['baseline', 'restricted'],
    },
  },
  run(container, context) {
    const value = dig(container.spec, 'securityContext', 'procMount');
    if (absent(value) || value === 'Default') return;
    if (context.options.profile !== 'restricted' && hasOwnUsers(container.pod) && atLeast(context.kubeVersion, 35))
      return;
    const at = below(container.path, 'securityContext', 'procMount');
    return {
      at,
      message: `${Label(container)} sets procMount to ${printable(value)}.`,
      fix: { description: 'Remove procMount.', edits: [{ op: 'remove', path: at }], risky: true },
    };
  },
});
