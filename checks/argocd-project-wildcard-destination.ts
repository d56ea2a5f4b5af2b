import { and, below, defineCheck, dig, type Gathered, list, matches, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-project-wildcard-destination',
  title: 'Project may deploy anywhere',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Applications of the project can change system components, Argo CD itself and other tenants.',
  remedy: 'List namespaces and clusters.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1610'] },
  run(resource) {
    let found: Gathered;
    for (const [index, entry] of list(dig(resource.manifest, 'spec', 'destinations')).entries()) {
      const at = ['spec', 'destinations', index];
      const namespace = str(dig(entry, 'namespace')) ?? '';
      const guarded = ['kube-system', ...(resource.namespace === '' ? ['argocd'] : [resource.namespace])];
      const hit = namespace.startsWith('!') ? undefined : guarded.find((name) => matches(name, namespace));
      const clusters = ['server', 'name'].find((field) => /^\*+$/.test(str(dig(entry, field)) ?? ''));
      if (hit !== undefined)
        found = and(found, {
          at: below(at, 'namespace'),
          message: `The project may deploy to ${namespace === '*' ? 'every namespace' : hit}.`,
        });
      else if (clusters !== undefined)
        found = and(found, { at: below(at, clusters), message: 'The project may deploy to every cluster.' });
    }
    return found;
  },
});
