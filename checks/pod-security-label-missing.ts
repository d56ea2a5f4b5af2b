import { absent, below, defineCheck, dig, isSystemNamespace, labelOf, perSet } from '../src/check.ts';

export default defineCheck({
  id: 'pod-security-label-missing',
  title: 'Namespace does not enforce a Pod Security Standard',
  category: 'namespace-governance',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Namespace'],
  why: "Without an enforced level the namespace takes any pod, privileged ones with the node's root included.",
  remedy: 'Label the namespace with enforce baseline (better restricted) and a version.',
  standards: {
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.1', '5.2.2'],
    mitre: ['T1610', 'T1611'],
  },
  peers: {
    kubescape: ['C-0192', 'C-0193', 'C-0194', 'C-0195', 'C-0196', 'C-0199', 'C-0202', 'C-0203', 'C-0204'],
    kyverno: ['psa/add-psa-labels', 'psa/add-psa-namespace-reporting'],
  },
  suppressedBy: ['pod-security-level-privileged'],
  options: {
    'cluster-default': {
      type: 'string',
      describe: 'The level that the cluster enforces where a namespace says nothing.',
      default: 'privileged',
      values: ['privileged', 'baseline', 'restricted'],
    },
  },
  run(resource, context) {
    if (isSystemNamespace(resource.name) || context.options['cluster-default'] !== 'privileged') return;
    const labels = dig(resource.manifest, 'metadata', 'labels');
    const level = dig(labels, enforce);
    if (level === 'baseline' || level === 'restricted' || hasReplacement(context.set.beyond?.all ?? context.set))
      return;
    const found = absent(level)
      ? 'enforces no Pod Security Standard'
      : `has the Pod Security level ${JSON.stringify(level)}, which protects nothing`;
    const path = ['metadata', 'labels'];
    return {
      at: below(path, enforce),
      message: `${labelOf(resource)} ${found}.`,
      fix: {
        description: 'Enforce baseline, warn and audit restricted.',
        edits: [
          { op: 'set', path: below(path, enforce), value: 'baseline' },
          { op: 'set', path: below(path, enforceVersion), value: 'latest' },
          { op: 'set', path: below(path, 'pod-security.kubernetes.io/warn'), value: 'restricted' },
          { op: 'set', path: below(path, 'pod-security.kubernetes.io/audit'), value: 'restricted' },
        ],
        risky: true,
      },
    };
  },
});

const enforce = 'pod-security.kubernetes.io/enforce';
const enforceVersion = 'pod-security.kubernetes.io/enforce-version';

/** A policy of Kyverno, Gatekeeper or ValidatingAdmissionPolicy in the set that is about privileged pods. */
const hasReplacement = perSet((set) =>
  set
    .ofKind(
      'ClusterPolicy.kyverno.io',
      'ValidatingPolicy.policies.kyverno.io',
      'K8sPSPPrivilegedContainer.constraints.gatekeeper.sh',
      'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
    )
    .some((policy) => {
      if (policy.kind === 'K8sPSPPrivilegedContainer') return true;
      const text = JSON.stringify(policy.manifest.spec ?? {});
      return text.includes('"podSecurity"') || text.includes('privileged');
    }),
);
