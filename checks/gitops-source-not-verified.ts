import { absent, below, defineCheck, dig, labelOf, type Path, type Resource } from '../src/check.ts';

export default defineCheck({
  id: 'gitops-source-not-verified',
  title: 'Flux source has no signature verification',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: [
    'GitRepository.source.toolkit.fluxcd.io',
    'OCIRepository.source.toolkit.fluxcd.io',
    'HelmChart.source.toolkit.fluxcd.io',
    'HelmRelease.helm.toolkit.fluxcd.io',
  ],
  why: 'Whoever can write to the source deploys; nothing asks who made what is fetched.',
  remedy: 'Add verify with cosign or notation, or GPG keys.',
  standards: { mitre: ['T1195.002'] },
  run(resource) {
    const at = verifyOf(resource);
    if (at !== undefined && absent(dig(resource.manifest, ...at)))
      return { at, message: `${labelOf(resource)} takes what nobody signed.` };
  },
});

/** Where the source says how it is verified; undefined for a release whose chart is a source of its own. */
function verifyOf(resource: Resource): Path | undefined {
  if (resource.kind !== 'HelmRelease') return ['spec', 'verify'];
  const path = ['spec', 'chart', 'spec'];
  return absent(dig(resource.manifest, ...path)) ? undefined : below(path, 'verify');
}
