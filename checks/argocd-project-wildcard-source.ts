import { and, defineCheck, dig, type Gathered, strings } from '../src/check.ts';

/** A pattern with a wildcard before it has named an organisation on a host. */
function isOpen(pattern: string): boolean {
  const wild = pattern.indexOf('*');
  if (wild === -1) return false;
  const named = pattern
    .slice(0, wild)
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]*@/, '');
  return !/^[^/:]+(:\d+)?[/:][^/]+\//.test(named);
}

export default defineCheck({
  id: 'argocd-project-wildcard-source',
  title: 'Project accepts any Git repository',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Whoever may use the project deploys manifests of a repository nobody here reviews.',
  remedy: 'List repositories or an organisation prefix.',
  standards: { mitre: ['T1195.002'] },
  run(resource) {
    let found: Gathered;
    for (const [index, repository] of strings(dig(resource.manifest, 'spec', 'sourceRepos')).entries())
      if (!repository.startsWith('!') && isOpen(repository))
        found = and(found, {
          at: ['spec', 'sourceRepos', index],
          message: `The project accepts any repository that matches ${repository}.`,
        });
    return found;
  },
});
