import { and, defineCheck, type Gathered, imagesOf, isParameter, printable } from '../src/check.ts';

export default defineCheck({
  id: 'image-registry-unqualified',
  title: 'Image reference has no registry host',
  category: 'supply-chain',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: "Which registry the name means is decided by the node's settings, and another node may mean another one.",
  remedy: 'Write the registry host out.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'] },
  run(pod) {
    let found: Gathered;
    for (const { reference, at, who } of imagesOf(pod)) {
      const [first = '', ...below] = reference.split('/');
      if (reference === '' || isParameter(first) || (below.length > 0 && (/[.:]/.test(first) || first === 'localhost')))
        continue;
      const whole = `docker.io/${below.length === 0 ? 'library/' : ''}${reference}`;
      found = and(found, {
        at,
        message: `${who} uses the image ${printable(reference)} without a registry.`,
        fix: { description: `Write ${whole}.`, edits: [{ op: 'set', path: at, value: whole }] },
      });
    }
    return found;
  },
});
