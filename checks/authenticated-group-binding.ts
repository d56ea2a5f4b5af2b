import { below, bindingsOf, boundRole, defineCheck, isBootstrap, labelOf, type RoleSubject } from '../src/check.ts';

export default defineCheck({
  id: 'authenticated-group-binding',
  title: 'Every authenticated user gets permissions',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Every user and every workload that can log in has these rights; on some clouds that is anyone with an account there.',
  remedy: 'Bind the groups that need it.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1078'] },
  peers: { trivy: ['KSV-01011'], kubescape: ['C-0265'] },
  *run(set) {
    for (const binding of bindingsOf(set)) {
      if (bootstrapRoles.includes(binding.role.name) && isBootstrap(binding.resource)) continue;
      const role = boundRole(binding, set);
      const administers =
        (binding.cluster || binding.role.kind === 'ClusterRole') && binding.role.name === 'cluster-admin';
      const powerful = administers || (role !== undefined && isPowerful(role));
      for (const subject of binding.subjects)
        if (subject.kind === 'Group' && /^system:(authenticated|serviceaccounts(:.+)?)$/.test(subject.name))
          yield {
            resource: binding.resource,
            at: below(subject.path, 'name'),
            message: `${labelOf(binding.resource)} gives ${binding.role.name} to everyone in ${subject.name}.`,
            ...(powerful ? { severity: 'critical' } : {}),
          };
    }
  },
});

const bootstrapRoles = ['system:basic-user', 'system:discovery', 'system:public-info-viewer'];

const powerful: Readonly<Record<string, RegExp>> = {
  '': /^(?:secrets|pods(?:\/.*)?|nodes(?:\/.*)?|replicationcontrollers)$/,
  apps: /^(?:deployments|daemonsets|statefulsets|replicasets)$/,
  batch: /^(?:jobs|cronjobs)$/,
};

/** Whether the role reaches Secrets, pods, workloads, exec or nodes, or uses wildcards. Metrics of pods are no pods. */
function isPowerful(role: RoleSubject): boolean {
  return role.rules.some(
    ({ verbs, resources, apiGroups }) =>
      verbs.includes('*') ||
      resources.some(
        (resource) =>
          /^\*(?:\/|$)/.test(resource) ||
          Object.entries(powerful).some(
            ([group, names]) => names.test(resource) && (apiGroups.includes(group) || apiGroups.includes('*')),
          ),
      ),
  );
}
