import {
  absent,
  and,
  applicationKinds,
  below,
  defineCheck,
  dig,
  type Gathered,
  isKind,
  type Json,
  labelOf,
  type Path,
  printable,
  type Resource,
  scalarText,
  sourcesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'argocd-floating-revision',
  title: 'Delivery tracks a moving revision',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: [
    ...applicationKinds,
    'GitRepository.source.toolkit.fluxcd.io',
    'OCIRepository.source.toolkit.fluxcd.io',
    'HelmRelease.helm.toolkit.fluxcd.io',
  ],
  why: 'What is deployed changes without a change here, and going back to an older commit brings nothing back.',
  remedy: 'Pin a tag, commit or exact chart version.',
  standards: { mitre: ['T1195.002'] },
  run(resource) {
    let found: Gathered;
    for (const { at, revision } of movingOf(resource))
      found = and(found, {
        at,
        message: `${labelOf(resource)} follows ${absent(revision) || revision === '' ? 'whatever is newest' : printable(revision)}.`,
      });
    return found;
  },
});

interface Revision {
  at: Path;
  revision: Json | undefined;
}

function movingOf(resource: Resource): Revision[] {
  if (isKind(resource, applicationKinds))
    return sourcesOf(resource).flatMap(({ path, source }) => {
      // A source that only other sources take values from has nothing but a repository, and moves all the same.
      const revision = source.targetRevision;
      return isPinned(revision) ? [] : [{ at: below(path, 'targetRevision'), revision }];
    });
  if (resource.kind === 'HelmRelease') {
    const path = ['spec', 'chart', 'spec'];
    const revision = dig(resource.manifest, ...path, 'version');
    if (absent(dig(resource.manifest, ...path)) || isVersion(revision)) return [];
    return [{ at: below(path, 'version'), revision }];
  }
  const ref = ['spec', 'ref'];
  const given = (field: string): Json | undefined => dig(resource.manifest, ...ref, field);
  if (resource.kind === 'OCIRepository') {
    if (!absent(given('digest')) || isVersion(given('semver'))) return [];
    const tag = given('tag');
    const field = absent(given('semver')) ? 'tag' : 'semver';
    return field === 'tag' && !absent(tag) && tag !== 'latest' ? [] : [{ at: [...ref, field], revision: given(field) }];
  }
  const decides = ['commit', 'name', 'semver', 'tag', 'branch'].find((field) => !absent(given(field))) ?? 'branch';
  if (decides === 'commit' || decides === 'tag') return [];
  if (decides === 'semver' && isVersion(given('semver'))) return [];
  if (decides === 'name' && scalarText(given('name')).startsWith('refs/tags/')) return [];
  return [{ at: [...ref, decides], revision: given(decides) }];
}

/** A commit, the digest of an artifact, a version as a tag, or an exact version of a chart. What a template fills in cannot be told. */
function isPinned(revision: Json | undefined): boolean {
  const text = scalarText(revision);
  return (
    /^(?:[0-9a-f]{40}|(?:sha256:)?[0-9a-f]{64})$/.test(text) ||
    text.includes('{{') ||
    text.startsWith('refs/tags/') ||
    isVersion(revision)
  );
}

/** `1.4.2`, `v1.4.2-rc.1`, `web-1.4.2`; no range and no star. */
function isVersion(revision: Json | undefined): boolean {
  return /^(?:[\w./-]*[-/])?v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/.test(scalarText(revision));
}
