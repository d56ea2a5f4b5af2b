import { defineCheck, dig, externalOption, isExternal, str, unlessPartial } from '../src/check.ts';

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
    for (const kind of ['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy']) {
      const policies = set.ofKind(`${kind}.admissionregistration.k8s.io`);
      const bindings = set.ofKind(`${kind}Binding.admissionregistration.k8s.io`);
      for (const resource of policies)
        if (
          !bindings.some((binding) => dig(binding.manifest, 'spec', 'policyName') === resource.name) &&
          !isExternal(options, '', resource.name)
        )
          yield {
            resource,
            at: ['metadata', 'name'],
            message: `${kind} "${resource.name}" has no binding in these manifests.`,
            ...unlessPartial(set),
          };
      for (const resource of bindings) {
        const policyName = str(dig(resource.manifest, 'spec', 'policyName')) ?? '';
        const policy = policies.find((one) => one.name === policyName);
        if (policy === undefined && !isExternal(options, '', policyName))
          yield {
            resource,
            at: ['spec', 'policyName'],
            message: `${kind}Binding "${resource.name}" ${policyName === '' ? 'names no policy' : `names the policy "${policyName}", which is not in these manifests`}.`,
            ...unlessPartial(set),
          };
        const wanted = str(dig(policy?.manifest, 'spec', 'paramKind', 'kind'));
        const name = str(dig(resource.manifest, 'spec', 'paramRef', 'name'));
        const namespace = str(dig(resource.manifest, 'spec', 'paramRef', 'namespace')) ?? '';
        if (
          wanted !== undefined &&
          name !== undefined &&
          !set.ofKind(wanted).some((one) => one.name === name) &&
          !isExternal(options, namespace, name)
        )
          yield {
            resource,
            at: ['spec', 'paramRef', 'name'],
            message: `${kind}Binding "${resource.name}" takes parameters from ${wanted} "${name}", which is not in these manifests.`,
            ...unlessPartial(set),
          };
      }
    }
  },
});
