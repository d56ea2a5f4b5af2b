import { defineCheck, dig, labelOf, list } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-project-source-not-verified',
  title: 'Project does not require signed commits',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Whoever can push to the repository deploys; nothing asks who made the commit.',
  remedy: 'Configure GPG verification.',
  standards: { mitre: ['T1195.002'] },
  run(resource) {
    const demands = [
      ['spec', 'signatureKeys'],
      ['spec', 'sourceIntegrity', 'git', 'policies'],
    ];
    if (demands.some((path) => list(dig(resource.manifest, ...path)).length > 0)) return;
    return { at: ['spec', 'signatureKeys'], message: `${labelOf(resource)} deploys commits that nobody signed.` };
  },
});
