import { and, bindingOf, defineCheck, type Gathered, grantOf, isBuiltIn, labelOf, rulesOf } from '../src/check.ts';

const powerful = ['anyuid', 'privileged', 'hostaccess', 'hostnetwork', 'hostmount-anyuid', 'node-exporter'];

export default defineCheck({
  id: 'openshift-scc-privileged-use',
  title: 'Role grants a powerful SecurityContextConstraint',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: [
    'Role.rbac.authorization.k8s.io',
    'ClusterRole.rbac.authorization.k8s.io',
    'RoleBinding.rbac.authorization.k8s.io',
    'ClusterRoleBinding.rbac.authorization.k8s.io',
  ],
  why: 'With such a constraint pods may run as root, on the host network or with the files of the node.',
  remedy: 'Use restricted-v2 or a custom SCC.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611'] },
  peers: { kyverno: ['openshift/disallow-security-context-constraint-anyuid'] },
  run(resource) {
    let found: Gathered;
    if (resource.kind.endsWith('Binding')) {
      const { role } = bindingOf(resource);
      const scc = /^system:openshift:scc:(.+)$/.exec(role.name)?.[1];
      if (scc !== undefined && powerful.includes(scc))
        found = and(found, {
          at: ['roleRef', 'name'],
          message: `${labelOf(resource)} gives the use of SecurityContextConstraint ${scc}.`,
        });
      return found;
    }
    if (isBuiltIn(resource)) return found;
    for (const rule of rulesOf(resource)) {
      const grant = grantOf(rule, {
        groups: ['security.openshift.io'],
        resources: ['securitycontextconstraints'],
        verbs: ['use'],
        named: true,
      });
      const names = rule.resourceNames.filter((name) => powerful.includes(name));
      if (grant === undefined || (rule.resourceNames.length > 0 && names.length === 0)) continue;
      const which =
        names.length === 0 ? 'any SecurityContextConstraint' : `SecurityContextConstraint ${names.join(', ')}`;
      found = and(found, { at: grant.at, message: `${labelOf(resource)} allows the use of ${which}.` });
    }
    return found;
  },
});
