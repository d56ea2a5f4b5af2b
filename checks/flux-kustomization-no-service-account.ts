import { absent, defineCheck, labelOf, map, str } from '../src/check.ts';

export default defineCheck({
  id: 'flux-kustomization-no-service-account',
  title: 'Flux reconciles with controller privileges',
  category: 'gitops',
  severity: 'medium',
  default: 'off',
  on: 'resource',
  kinds: ['Kustomization.kustomize.toolkit.fluxcd.io', 'HelmRelease.helm.toolkit.fluxcd.io'],
  why: 'Flux applies the manifests with its own rights, which are those of a cluster administrator, whatever the tenant wrote into them.',
  remedy: 'Set serviceAccountName to a tenant account.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  peers: { kyverno: ['flux/generate-flux-multi-tenant-resources'] },
  run(resource) {
    const asked = map(resource.manifest.spec);
    const account = str(asked.serviceAccountName) ?? '';
    if (account !== '' || !absent(asked.kubeConfig) || resource.namespace === 'flux-system') return;
    return {
      at: ['spec', 'serviceAccountName'],
      message: `${labelOf(resource)} is applied with the rights of Flux itself.`,
    };
  },
});
