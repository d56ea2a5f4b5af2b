import {
  and,
  applicationKinds,
  below,
  defineCheck,
  dig,
  type Gathered,
  kindKey,
  labelOf,
  type Path,
  printable,
  type Resource,
  sourcesOf,
  str,
  textOption,
  trimEnd,
} from '../src/check.ts';

export default defineCheck({
  id: 'gitops-source-not-allowed',
  title: 'Source lies outside the approved locations',
  category: 'gitops',
  severity: 'medium',
  default: 'off',
  on: 'resource',
  kinds: [
    'Application.argoproj.io',
    'ApplicationSet.argoproj.io',
    'GitRepository.source.toolkit.fluxcd.io',
    'HelmRepository.source.toolkit.fluxcd.io',
    'OCIRepository.source.toolkit.fluxcd.io',
    'Bucket.source.toolkit.fluxcd.io',
    'ImageRepository.image.toolkit.fluxcd.io',
  ],
  why: 'Whoever owns that source decides what runs in the cluster.',
  remedy: 'Use an approved source.',
  standards: { mitre: ['T1195.002'] },
  peers: { kyverno: ['flux/verify-flux-sources', 'flux/verify-git-repositories'] },
  options: {
    allowed: {
      type: 'strings',
      describe:
        'Places (host or host/path, with what lies below) that content may come from; the scheme does not count.',
      default: [],
    },
  },
  run(resource, { options }) {
    const allowed = textOption(options.allowed).map((place) => normal(place));
    if (allowed.length === 0) return;
    let found: Gathered;
    for (const { at, url } of placesOf(resource)) {
      const place = normal(url);
      const isAllowed =
        !leadsUp.test(place) && allowed.some((prefix) => place === prefix || place.startsWith(`${prefix}/`));
      if (url !== '' && !isAllowed)
        found = and(found, { at, message: `${labelOf(resource)} takes its content from ${printable(place)}.` });
    }
    return found;
  },
});

/** Git takes the step up before it asks: `github.com/org/../other` is `github.com/other`. */
const leadsUp = /\/(?:\.|%2e){2}(?:\/|$)/i;

/** Host, in lower case, and path: no scheme, no user, no `.git` or slash at the end; `git@host:path` as git reads it. */
function normal(url: string): string {
  const bare = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^@/]*@/, '');
  const place = bare.replace(/^([^:/]+):(?!\d+(\/|$))/, '$1/').replace(/^[^/]+/, (host) => host.toLowerCase());
  return trimEnd(place, '/').replace(/\.git$/, '');
}

function placesOf(resource: Resource): { at: Path; url: string }[] {
  if (applicationKinds.includes(kindKey(resource)))
    return sourcesOf(resource).map(({ path, source }) => ({
      at: below(path, 'repoURL'),
      url: str(source.repoURL) ?? '',
    }));
  const field = { Bucket: 'endpoint', ImageRepository: 'image' }[resource.kind] ?? 'url';
  return [{ at: ['spec', field], url: str(dig(resource.manifest, 'spec', field)) ?? '' }];
}
