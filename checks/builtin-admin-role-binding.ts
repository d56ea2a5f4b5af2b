import { bindingKinds, bindingOf, defineCheck, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'builtin-admin-role-binding',
  title: 'Built-in admin or edit role is bound',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: bindingKinds,
  why: 'Both roles read every Secret of the namespace and start pods as any of its service accounts.',
  remedy: 'Use a narrower custom role.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.1'],
    mitre: ['T1098.006'],
  },
  peers: { trivy: ['KSV-0111'] },
  run(resource) {
    const { role, cluster } = bindingOf(resource);
    // A ClusterRoleBinding can refer to nothing else, whatever kind it writes.
    if ((!cluster && role.kind !== 'ClusterRole') || !['admin', 'edit'].includes(role.name)) return;
    return {
      at: ['roleRef', 'name'],
      message: `${labelOf(resource)} gives the built-in role ${role.name}${cluster ? ' in every namespace' : ''}.`,
      ...(cluster ? { severity: 'high' as const } : {}),
    };
  },
});
