import {
  absent,
  and,
  credentialForm,
  defineCheck,
  dig,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  labelOf,
  map,
  scalarText,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'backup-storage-mutable',
  title: 'Backup location is not immutable or encrypted',
  category: 'storage',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Profile.config.kio.kasten.io', 'BackupStorageLocation.velero.io'],
  why: 'Backups that can be overwritten or read on the way do not outlive an attacker who is in the cluster.',
  remedy: 'Enable immutability and TLS.',
  standards: { mitre: ['T1490'] },
  peers: { kyverno: ['kasten/kasten-immutable-location-profile'] },
  run(resource) {
    let found: Gathered;
    if (resource.kind === 'Profile') {
      const at = ['spec', 'locationSpec', 'objectStore', 'protectionPeriod'];
      if (dig(resource.manifest, 'spec', 'type') === 'Location' && absent(dig(resource.manifest, ...at)))
        found = and(found, { at, message: `${labelOf(resource)} lets backups be changed and deleted at once.` });
      return found;
    }
    const config = ['spec', 'config'];
    if (scalarText(dig(resource.manifest, ...config, 'insecureSkipTLSVerify')) === 'true')
      found = and(found, {
        at: [...config, 'insecureSkipTLSVerify'],
        message: `${labelOf(resource)} takes any certificate for the storage.`,
        severity: 'medium',
        fix: {
          description: 'Delete insecureSkipTLSVerify.',
          edits: [{ op: 'remove', path: [...config, 'insecureSkipTLSVerify'] }],
          risky: true,
        },
      });
    if (/^http:\/\//i.test(str(dig(resource.manifest, ...config, 's3Url')) ?? ''))
      found = and(found, {
        at: [...config, 's3Url'],
        message: `${labelOf(resource)} sends backups over plain HTTP.`,
        severity: 'medium',
      });
    for (const [key, value] of Object.entries(map(dig(resource.manifest, ...config))))
      if (isCredential(key, scalarText(value)))
        found = and(found, {
          at: [...config, key],
          message: `${labelOf(resource)} carries a credential in its settings: ${key}.`,
          severity: 'medium',
        });
    return found;
  },
});

function isCredential(key: string, value: string): boolean {
  return (
    credentialForm(value) !== undefined ||
    ((isCredentialName(key) || /^storageAccountKey$/i.test(key)) && isCredentialValue(value))
  );
}
