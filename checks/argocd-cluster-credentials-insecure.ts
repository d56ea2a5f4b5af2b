import { and, defineCheck, dig, fromBase64, type Gathered, isCredentialValue, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-cluster-credentials-insecure',
  title: 'Argo CD cluster secret skips TLS verification or is unscoped',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Secret'],
  why: 'Whoever reads the repository, or sits on the way to the cluster, is administrator of it.',
  remedy: 'Use caData and short lived credentials.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557', 'T1552'] },
  run(resource) {
    if (dig(resource.manifest, 'metadata', 'labels', 'argocd.argoproj.io/secret-type') !== 'cluster') return;
    const plain = dig(resource.manifest, 'stringData', 'config');
    const part = plain === undefined ? 'data' : 'stringData';
    const text = (field: string): string =>
      str(dig(resource.manifest, 'stringData', field)) ??
      fromBase64(str(dig(resource.manifest, 'data', field)) ?? '') ??
      '';
    const at = [part, 'config'];
    const config = text('config');
    let found: Gathered;
    if (/"insecure"\s*:\s*true/.test(config))
      found = and(found, { at, message: 'The certificate of the cluster is not verified.', about: 'insecure' });
    const field = ['bearerToken', 'password'].find((name) =>
      isCredentialValue(new RegExp(`"${name}"\\s*:\\s*"([^"]*)`).exec(config)?.[1] ?? ''),
    );
    if (field !== undefined)
      found = and(found, { at, message: `A static ${field} for the cluster is written here.`, about: 'credential' });
    if (text('namespaces') === '' && text('clusterResources') === 'true')
      found = and(found, {
        at: [
          dig(resource.manifest, 'stringData', 'clusterResources') === undefined ? 'data' : 'stringData',
          'clusterResources',
        ],
        message: 'Argo CD may manage every namespace of the cluster.',
        severity: 'info',
      });
    return found;
  },
});
