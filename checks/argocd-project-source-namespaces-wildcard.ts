import { and, defineCheck, dig, type Gathered, matches, strings } from '../src/check.ts';

/** Between slashes a pattern is a regular expression; those for any name are few. */
const everyName = /^\/\^?\.[*+]\$?\/$/;

export default defineCheck({
  id: 'argocd-project-source-namespaces-wildcard',
  title: 'Applications from any namespace may use the project',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Whoever may create an Application in any namespace deploys with the rights of this project.',
  remedy: 'List namespaces.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  run(resource) {
    let found: Gathered;
    for (const [index, pattern] of strings(dig(resource.manifest, 'spec', 'sourceNamespaces')).entries())
      if (
        /[*+]/.test(pattern) &&
        (/^\*+$/.test(pattern) ||
          everyName.test(pattern) ||
          ['kube-system', 'default', 'argocd'].some((name) => matches(name, pattern)))
      )
        found = and(found, {
          at: ['spec', 'sourceNamespaces', index],
          message: `Applications of every namespace that matches ${pattern} may use the project.`,
        });
    return found;
  },
});
