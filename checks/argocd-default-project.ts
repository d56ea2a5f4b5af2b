import { absent, applicationKinds, applicationSpec, below, defineCheck, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-default-project',
  title: 'Application uses the default project',
  category: 'gitops',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: applicationKinds,
  why: 'The default project lets an Application deploy anything from anywhere to everywhere.',
  remedy: 'Create a restricted AppProject.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  peers: { kyverno: ['argo/application-prevent-default-project'] },
  run(resource) {
    const { path, spec } = applicationSpec(resource);
    const project = spec.project;
    if (absent(project) || project === '' || project === 'default')
      return { at: below(path, 'project'), message: `${labelOf(resource)} uses the default project.` };
  },
});
