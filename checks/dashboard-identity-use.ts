import {
  accountAt,
  accountOf,
  below,
  bindingsOf,
  defineCheck,
  dig,
  labelOf,
  type Resource,
  str,
  subjectLabel,
} from '../src/check.ts';

/** Where the server makes up the rest of the name, by what it begins with. */
function isDashboard({ name, manifest }: Resource): boolean {
  const begins = name === '' ? str(dig(manifest, 'metadata', 'generateName')) : name;
  return begins?.startsWith('kubernetes-dashboard') === true;
}

export default defineCheck({
  id: 'dashboard-identity-use',
  title: 'Something other than the dashboard uses its identity',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The dashboard account often reads the whole cluster; whatever else runs as it has the same rights.',
  remedy: 'Give the workload its own service account.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1078'] },
  peers: { kubescape: ['C-0014'] },
  *run(set) {
    for (const pod of set.pods)
      if (accountOf(pod) === 'kubernetes-dashboard' && !isDashboard(pod.resource))
        yield {
          resource: pod.resource,
          at: accountAt(pod),
          message: `${labelOf(pod.resource)} runs as the dashboard.`,
        };
    for (const binding of bindingsOf(set)) {
      if (binding.role.name !== 'kubernetes-dashboard') continue;
      for (const subject of binding.subjects)
        if (subject.kind !== 'ServiceAccount' || subject.name !== 'kubernetes-dashboard')
          yield {
            resource: binding.resource,
            at: below(subject.path, 'name'),
            message: `${labelOf(binding.resource)} gives the dashboard's role to ${subjectLabel(subject)}.`,
          };
    }
  },
});
