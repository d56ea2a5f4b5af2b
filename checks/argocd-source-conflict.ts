import { absent, and, below, defineCheck, dig, type Gathered, map, sourcesOf, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-source-conflict',
  title: 'Application source or destination is contradictory',
  category: 'gitops',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Application.argoproj.io'],
  why: 'Argo CD refuses the Application, or takes another source or cluster than its author meant.',
  remedy: 'Keep one of the fields.',
  peers: { kyverno: ['argo/application-field-validation'] },
  run(resource) {
    const spec = map(resource.manifest.spec);
    let found: Gathered;
    if (!absent(spec.source) && !absent(spec.sources))
      found = and(found, { at: ['spec', 'source'], message: 'Both source and sources are set.' });
    // With a hydrator the source is what it writes.
    if (absent(spec.source) && absent(spec.sources) && absent(spec.sourceHydrator))
      found = and(found, { at: ['spec', 'source'], message: 'Neither source nor sources is set.' });
    for (const { path, source } of sourcesOf(resource)) {
      const has = (field: string): boolean => !absent(source[field]) && source[field] !== '';
      if (has('path') && has('chart'))
        found = and(found, { at: below(path, 'path'), message: 'The source has both path and chart.' });
      if (!has('path') && !has('chart') && !has('plugin') && !has('ref'))
        found = and(found, { at: below(path, 'path'), message: 'The source has neither path nor chart.' });
    }
    const to = ['server', 'name'].filter((field) => (str(dig(spec, 'destination', field)) ?? '') !== '');
    if (to.length !== 1)
      found = and(found, {
        at: ['spec', 'destination'],
        message: `The destination has ${to.length === 2 ? 'both server and name' : 'neither server nor name'}.`,
      });
    return found;
  },
});
