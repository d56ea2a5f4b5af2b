import { and, defineCheck, dig, fits, type Gathered, matches, strings } from '../src/check.ts';

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
      if (isOpen(pattern))
        found = and(found, {
          at: ['spec', 'sourceNamespaces', index],
          message: `Applications of every namespace that matches ${pattern} may use the project.`,
        });
    return found;
  },
});

const system = ['kube-system', 'default', 'argocd'];

/** Whether namespaces of the system match as well as those of tenants, without being written out. */
function isOpen(pattern: string): boolean {
  const expression = /^\/(.+)\/$/.exec(pattern)?.[1];
  // A question mark, which is any one character, is taken for a star.
  if (expression === undefined)
    return /[*?]/.test(pattern) && system.some((name) => matches(name, pattern.replaceAll('?', '*')));
  // Between slashes a pattern is a regular expression that need not match the whole name.
  const hits = (name: string): boolean => fits(name, `/.*(?:${expression}).*/`);
  return hits('some-tenant') && system.some(hits);
}
