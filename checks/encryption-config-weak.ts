import { absent, defineCheck, dig, isPlaceholder, type Json, labelOf, list, map, str, strings } from '../src/check.ts';

export default defineCheck({
  id: 'encryption-config-weak',
  title: 'Encryption at rest is off or weak',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['EncryptionConfiguration.apiserver.config.k8s.io', 'APIServer.config.openshift.io'],
  why: 'Whoever gets a copy of etcd, a backup or a disk, reads every Secret of the cluster.',
  remedy: 'Put kms (v2) or aesgcm/secretbox first and keep identity last.',
  standards: { nsa: ['Network separation and hardening: encryption'], cis: ['1.2.28'], mitre: ['T1552'] },
  peers: { kubescape: ['C-0066', 'C-0142'], kyverno: ['openshift/enforce-etcd-encryption'] },
  run(resource) {
    if (resource.kind === 'APIServer') {
      const type = dig(resource.manifest, 'spec', 'encryption', 'type');
      if (absent(type) || type === '' || type === 'identity')
        return {
          at: ['spec', 'encryption', 'type'],
          message: `${labelOf(resource)} stores Secrets unencrypted.`,
        };
      return;
    }
    const entries = list(resource.manifest.resources);
    const index = entries.findIndex((entry) =>
      strings(dig(entry, 'resources')).some((name) => ['secrets', '*.', '*.*'].includes(name)),
    );
    if (index === -1) {
      return { at: ['resources'], message: 'The encryption configuration does not cover Secrets.' };
    }
    const at = ['resources', index, 'providers', 0];
    const first = dig(resource.manifest, ...at);
    const [provider] = Object.keys(map(first));
    if (provider === undefined || provider === 'identity') {
      return {
        at,
        message: `The encryption configuration stores Secrets unencrypted: ${provider === undefined ? 'it names no provider' : 'its first provider is identity'}.`,
      };
    } else if (provider === 'aescbc' || provider === 'secretbox') {
      if (list(dig(first, provider, 'keys')).some(isWritten))
        return {
          at,
          message: `The encryption configuration carries its ${provider} key itself instead of using KMS.`,
          severity: 'medium',
        };
    }
  },
});

/** Whether the key itself stands here, not what a deployment puts it in for. */
function isWritten(key: Json): boolean {
  const secret = str(dig(key, 'secret')) ?? '';
  return secret !== '' && !isPlaceholder(secret) && !/\$[({]|\{\{/.test(secret);
}
