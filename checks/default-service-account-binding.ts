import { and, below, bindingKinds, bindingOf, defineCheck, type Gathered, isBuiltIn, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'default-service-account-binding',
  title: 'Role is bound to a default service account',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: bindingKinds,
  why: 'Every pod of the namespace that names no service account gets these rights, whether it needs them or not.',
  remedy: 'Bind a dedicated service account.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.5'],
    mitre: ['T1078.001'],
  },
  peers: { checkov: ['CKV_K8S_42'], kubescape: ['C-0225', 'C-0239'] },
  run(resource) {
    if (isBuiltIn(resource)) return;
    const { subjects, role } = bindingOf(resource);
    let found: Gathered;
    for (const subject of subjects)
      if (subject.kind === 'ServiceAccount' && subject.name === 'default')
        found = and(found, {
          at: below(subject.path, 'name'),
          message: `${labelOf(resource)} gives ${role.name} to the default service account${subject.namespace === '' ? '' : ` of ${subject.namespace}`}.`,
        });
    return found;
  },
});
