import { absent, defineCheck, dig, type Json, list, str } from '../src/check.ts';

function readsOutside(generators: Json | undefined, depth = 0): boolean {
  return list(generators).some((generator) => {
    if (['git', 'pullRequest', 'scmProvider', 'plugin'].some((kind) => !absent(dig(generator, kind)))) return true;
    return depth < 3 && ['merge', 'matrix'].some((kind) => readsOutside(dig(generator, kind, 'generators'), depth + 1));
  });
}

export default defineCheck({
  id: 'argocd-applicationset-templated-project',
  title: 'Project name is templated from a generator',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['ApplicationSet.argoproj.io'],
  why: 'Whoever writes what the generator reads chooses the project, and with it the rights to deploy.',
  remedy: 'Hard code the project.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  run(resource) {
    const at = ['spec', 'template', 'spec', 'project'];
    if (!(str(dig(resource.manifest, ...at)) ?? '').includes('{{')) return;
    const outside = readsOutside(dig(resource.manifest, 'spec', 'generators'));
    return {
      at,
      message: `The project is taken from ${outside ? 'what a generator reads from outside' : 'a generator'}.`,
      ...(outside ? {} : { severity: 'low' }),
    };
  },
});
