import {
  defineCheck,
  dig,
  externalOption,
  isExternal,
  labelOf,
  perSet,
  str,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'admission-policy-not-bound',
  title: 'Admission policy has no binding',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'A policy without a binding judges nothing, though it looks as if it did.',
  remedy: 'Add a binding.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'] },
  options: externalOption,
  *run(set, { options }) {
    // These are of the whole cluster: what another folder of the repository holds counts.
    const everywhere = set.beyond?.all ?? set;
    for (const kind of ['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy']) {
      const policies = everywhere.ofKind(`${kind}.admissionregistration.k8s.io`);
      const bound = boundPolicies(everywhere).get(`${kind}Binding`);
      for (const resource of set.ofKind(`${kind}.admissionregistration.k8s.io`))
        if (bound?.has(resource.name) !== true && !isExternal(options, '', resource.name))
          yield {
            resource,
            at: ['metadata', 'name'],
            message: `${labelOf(resource)} has no binding in these manifests.`,
            ...unlessHidden(set),
          };
      for (const resource of set.ofKind(`${kind}Binding.admissionregistration.k8s.io`)) {
        const policyName = str(dig(resource.manifest, 'spec', 'policyName')) ?? '';
        const policy = policies.find((one) => one.name === policyName);
        if (policy === undefined && !isExternal(options, '', policyName))
          yield {
            resource,
            at: ['spec', 'policyName'],
            message: `${labelOf(resource)} ${policyName === '' ? 'names no policy' : `names the policy "${policyName}", which is not in these manifests`}.`,
            ...unlessHidden(set),
          };
        const wanted = str(dig(policy?.manifest, 'spec', 'paramKind', 'kind'));
        const name = str(dig(resource.manifest, 'spec', 'paramRef', 'name'));
        const namespace = str(dig(resource.manifest, 'spec', 'paramRef', 'namespace')) ?? '';
        if (
          wanted !== undefined &&
          name !== undefined &&
          !everywhere.ofKind(wanted).some((one) => one.name === name && isIn(one.namespace, namespace)) &&
          !isExternal(options, namespace, name)
        )
          yield {
            resource,
            at: ['spec', 'paramRef', 'name'],
            message: `${labelOf(resource)} takes parameters from ${wanted} "${name}"${whereIn(namespace)}, which is not in these manifests.`,
            ...unlessHidden(set),
          };
      }
    }
  },
});

/** Parameters without a namespace are those of each namespace that is judged; objects without one may come to stand in any. */
function isIn(own: string, wanted: string): boolean {
  return wanted === '' || own === '' || own === wanted;
}

/** The policies that bindings of a kind name. */
const boundPolicies = perSet((set) => {
  const bound = new Map<string, Set<string>>();
  for (const binding of set.ofKind(...bindingKinds)) {
    const names = bound.get(binding.kind) ?? new Set();
    bound.set(binding.kind, names.add(str(dig(binding.manifest, 'spec', 'policyName')) ?? ''));
  }
  return bound;
});

const bindingKinds = ['ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicyBinding'].map(
  (kind) => `${kind}.admissionregistration.k8s.io`,
);
