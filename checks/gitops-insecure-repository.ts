import {
  and,
  below,
  defineCheck,
  dig,
  fromBase64,
  type Gathered,
  type Json,
  type Path,
  type Resource,
  scalarText,
  sourcesOf,
  str,
  strings,
} from '../src/check.ts';

function urlsOf(resource: Resource): { at: Path; url: string }[] {
  if (resource.kind === 'Application')
    return sourcesOf(resource).map(({ path, source }) => ({
      at: below(path, 'repoURL'),
      url: str(source.repoURL) ?? '',
    }));
  if (resource.kind === 'AppProject')
    return strings(dig(resource.manifest, 'spec', 'sourceRepos')).map((url, index) => ({
      at: ['spec', 'sourceRepos', index],
      url,
    }));
  if (resource.kind !== 'Secret')
    return [{ at: ['spec', 'url'], url: str(dig(resource.manifest, 'spec', 'url')) ?? '' }];
  if (
    !['repository', 'repo-creds'].includes(
      scalarText(dig(resource.manifest, 'metadata', 'labels', 'argocd.argoproj.io/secret-type')),
    )
  )
    return [];
  const plain = str(dig(resource.manifest, 'stringData', 'url'));
  if (plain !== undefined) return [{ at: ['stringData', 'url'], url: plain }];
  return [{ at: ['data', 'url'], url: fromBase64(str(dig(resource.manifest, 'data', 'url')) ?? '') ?? '' }];
}

/** `true`, written plainly or in base64 as the data of a Secret is. */
function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true' || value === 'dHJ1ZQ==';
}

export default defineCheck({
  id: 'gitops-insecure-repository',
  title: 'Source is fetched without transport security',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: [
    'Application.argoproj.io',
    'AppProject.argoproj.io',
    'GitRepository.source.toolkit.fluxcd.io',
    'HelmRepository.source.toolkit.fluxcd.io',
    'OCIRepository.source.toolkit.fluxcd.io',
    'Bucket.source.toolkit.fluxcd.io',
    'Secret',
  ],
  why: 'Whoever sits on the way can put manifests of its own in place of those of the repository.',
  remedy: 'Use https or ssh with host key checking.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557', 'T1195.002'] },
  run(resource) {
    let found: Gathered;
    for (const { at, url } of urlsOf(resource)) {
      const scheme = /^(http|git):\/\//i.exec(url)?.[1];
      if (scheme !== undefined)
        found = and(found, {
          at,
          message: `The source is fetched over ${scheme.toLowerCase()}, which anyone on the way can change.`,
        });
    }
    const switches = resource.kind === 'Secret' ? [] : ['insecure', 'passCredentials'];
    for (const field of switches)
      if (
        dig(resource.manifest, 'spec', field) === true &&
        resource.apiVersion.includes('fluxcd.io/') &&
        (field === 'insecure' || resource.kind === 'HelmRepository')
      )
        found = and(found, {
          at: ['spec', field],
          message:
            field === 'insecure'
              ? 'The source may be fetched without TLS.'
              : 'Credentials are passed on to whatever host the index names.',
        });
    const type = dig(resource.manifest, 'metadata', 'labels', 'argocd.argoproj.io/secret-type');
    if (resource.kind !== 'Secret' || (type !== 'repository' && type !== 'repo-creds')) return found;
    for (const field of ['insecure', 'insecureIgnoreHostKey', 'insecureOCIForceHttp'])
      for (const part of ['stringData', 'data'])
        if (isTrue(dig(resource.manifest, part, field)))
          found = and(found, { at: [part, field], message: `The repository is fetched with ${field}.` });
    return found;
  },
});
