import { applicationSpec, below, defineCheck, labelOf, printable, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-applicationset-project-mismatch',
  title: 'ApplicationSet name differs from its project',
  category: 'gitops',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['ApplicationSet.argoproj.io'],
  why: 'Where one set stands for one project, a set that deploys into another project reaches what was given to others.',
  remedy: 'Rename one of them.',
  peers: { kyverno: ['argo/applicationset-name-matches-project'] },
  run(resource) {
    const { path, spec } = applicationSpec(resource);
    const project = str(spec.project) ?? 'default';
    if (project === resource.name || project.includes('{{')) return;
    return {
      at: below(path, 'project'),
      message: `${labelOf(resource)} deploys into the project ${printable(project)}.`,
    };
  },
});
