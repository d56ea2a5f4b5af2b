import { absent, below, defineCheck, dig, isSystemNamespace, labelOf, labelSelector, list, map } from '../src/check.ts';
import { matchesAny, perSet, selects, strings } from '../src/check.ts';
import type { Json, JsonMap, Resource, WorkloadSet } from '../src/check.ts';

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
    if (level === 'baseline' || level === 'restricted') return;
    if (isCovered(context.set.beyond?.all ?? context.set, resource.name, map(labels))) return;
    const fault = level === 'privileged' ? 'which protects nothing' : 'which there is not';
    const found = absent(level)
      ? 'enforces no Pod Security Standard'
      : `has the Pod Security level ${JSON.stringify(level)}, ${fault}`;
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

/** The policies of the set that are about privileged pods. */
const replacements = perSet((set) =>
  set
    .ofKind(
      'ClusterPolicy.kyverno.io',
      'Policy.kyverno.io',
      'ValidatingPolicy.policies.kyverno.io',
      'K8sPSPPrivilegedContainer.constraints.gatekeeper.sh',
      'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
    )
    .filter((policy) => policy.kind === 'K8sPSPPrivilegedContainer' || isAboutPods(policy.manifest.spec)),
);

function isAboutPods(rules: Json | undefined): boolean {
  const text = JSON.stringify(rules ?? {});
  return text.includes('"podSecurity"') || text.includes('privileged');
}

/** Whether one of them takes in the pods of the namespace. */
function isCovered(set: WorkloadSet, name: string, labels: JsonMap): boolean {
  const policies = replacements(set);
  if (policies.length === 0) return false;
  const namespace: Labelled = { name, labels: { ...labels, 'kubernetes.io/metadata.name': name } };
  return policies.some((policy) => covers(set, policy, namespace));
}

interface Labelled {
  name: string;
  labels: JsonMap;
}

function covers(set: WorkloadSet, policy: Resource, namespace: Labelled): boolean {
  const spec = map(policy.manifest.spec);
  switch (policy.kind) {
    case 'K8sPSPPrivilegedContainer':
      return (
        takes(spec.match, namespace) && !matchesAny(namespace.name, strings(dig(spec.match, 'excludedNamespaces')))
      );
    case 'Policy':
      return policy.namespace === namespace.name;
    case 'ClusterPolicy':
      return list(spec.rules).some((rule) => isAboutPods(rule) && judges(rule, namespace));
    case 'ValidatingAdmissionPolicy':
      return (
        takes(spec.matchConstraints, namespace) &&
        set
          .ofKind('ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io')
          .some(
            ({ manifest }) =>
              dig(manifest, 'spec', 'policyName') === policy.name &&
              takes(dig(manifest, 'spec', 'matchResources'), namespace),
          )
      );
    default:
      return takes(spec.matchConstraints, namespace);
  }
}

/** Whether a filter (Gatekeeper, Kyverno, Kubernetes) lets the namespace through: by its name, and by its labels. */
function takes(filter: Json | undefined, { name, labels }: Labelled): boolean {
  const names = strings(dig(filter, 'namespaces'));
  const selector = labelSelector(dig(filter, 'namespaceSelector'));
  return (names.length === 0 || matchesAny(name, names)) && (selector === undefined || selects(selector, labels));
}

/** Whether a rule of Kyverno is for pods of the namespace, and does not leave all of them out. */
function judges(rule: Json, namespace: Labelled): boolean {
  const match = dig(rule, 'match');
  const any = list(dig(match, 'any'));
  const all = [match, ...list(dig(match, 'all'))];
  const isFor = (filter: Json | undefined): boolean => takes(dig(filter, 'resources'), namespace);
  if (!all.every(isFor) || (any.length > 0 && !any.some(isFor))) return false;
  const exclude = dig(rule, 'exclude');
  return ![exclude, ...list(dig(exclude, 'any'))].some((filter) => leavesOut(filter, namespace));
}

/** A filter that goes by more than namespaces and kinds leaves some pods out, not all. */
function leavesOut(filter: Json | undefined, namespace: Labelled): boolean {
  const resources = map(dig(filter, 'resources'));
  const fields = Object.keys(resources).filter((field) => field !== 'kinds');
  return (
    Object.keys(map(filter)).length === 1 &&
    fields.length > 0 &&
    fields.every((field) => field === 'namespaces' || field === 'namespaceSelector') &&
    takes(resources, namespace)
  );
}
