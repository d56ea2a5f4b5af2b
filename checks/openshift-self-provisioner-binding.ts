import { bindingOf, defineCheck, subjectLabel } from '../src/check.ts';

export default defineCheck({
  id: 'openshift-self-provisioner-binding',
  title: 'Users may create projects themselves',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['ClusterRoleBinding.rbac.authorization.k8s.io'],
  why: 'Every user can open projects without quota or policy and use up the cluster.',
  remedy: 'Remove the subjects.',
  standards: { nsa: ['Authentication and authorization: role-based access control'] },
  peers: { kyverno: ['openshift/disallow-self-provisioner-binding'] },
  run(resource) {
    const { role, subjects } = bindingOf(resource);
    if (/^self-provisioners?$/.test(role.name) && subjects.length > 0)
      return { at: ['subjects'], message: `Projects may be created by ${subjects.map(subjectLabel).join(', ')}.` };
  },
});
