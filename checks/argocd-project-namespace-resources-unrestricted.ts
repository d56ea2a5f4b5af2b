import { absent, defineCheck, dig, type Json, labelOf, list, matches, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-project-namespace-resources-unrestricted',
  title: 'Project may change guard rails of its namespaces',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Applications of the project may lift the quotas, network policies and roles that fence them in.',
  remedy: 'Add the kinds to namespaceResourceBlacklist.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1562.001'] },
  run(resource) {
    const denied = list(dig(resource.manifest, ...deniedAt));
    const allowed = dig(resource.manifest, 'spec', 'namespaceResourceWhitelist');
    const open = guards.filter(
      (guard) =>
        !denied.some((entry) => names(entry, guard)) &&
        // Without an allow-list everything is allowed; an empty one allows nothing.
        (absent(allowed) || list(allowed).some((entry) => names(entry, guard))),
    );
    if (open.length > 0)
      return {
        at: deniedAt,
        message: `${labelOf(resource)} lets its applications write ${open.map(([, kind]) => kind).join(', ')}.`,
      };
  },
});

const deniedAt = ['spec', 'namespaceResourceBlacklist'];

const guards = [
  ['', 'ResourceQuota'],
  ['', 'LimitRange'],
  ['networking.k8s.io', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io', 'Role'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
] as const;

function names(entry: Json, [group, kind]: readonly [string, string]): boolean {
  return matches(group, str(dig(entry, 'group')) ?? '') && matches(kind, str(dig(entry, 'kind')) ?? '');
}
