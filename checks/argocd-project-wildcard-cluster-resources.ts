import { and, defineCheck, dig, type Gathered, list, matches, str } from '../src/check.ts';

const guarded = [
  ['ClusterRole', 'rbac.authorization.k8s.io'],
  ['ClusterRoleBinding', 'rbac.authorization.k8s.io'],
  ['ValidatingWebhookConfiguration', 'admissionregistration.k8s.io'],
  ['MutatingWebhookConfiguration', 'admissionregistration.k8s.io'],
  ['CustomResourceDefinition', 'apiextensions.k8s.io'],
  ['Namespace', ''],
] as const;

export default defineCheck({
  id: 'argocd-project-wildcard-cluster-resources',
  title: 'Project may create any cluster scoped object',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Applications of the project can give themselves any right in the cluster.',
  remedy: 'Allow only the kinds needed.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098.006'] },
  run(resource) {
    let found: Gathered;
    for (const [index, entry] of list(dig(resource.manifest, 'spec', 'clusterResourceWhitelist')).entries()) {
      const [group, kind, name] = ['group', 'kind', 'name'].map((field) => str(dig(entry, field)) ?? '');
      if (group === undefined || kind === undefined || (name !== '' && name !== '*')) continue;
      const hit = guarded.find(([itsKind, itsGroup]) => matches(itsKind, kind) && matches(itsGroup, group));
      if (hit !== undefined)
        found = and(found, {
          at: ['spec', 'clusterResourceWhitelist', index],
          message: `The project may create ${kind === '*' ? 'any cluster scoped object' : hit[0]}.`,
        });
    }
    return found;
  },
});
