import { defineCheck, dig, labelOf, type Resource, scalarText, str } from '../src/check.ts';

export default defineCheck({
  id: 'storage-class-unencrypted',
  title: 'Storage class does not encrypt volumes',
  category: 'storage',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['StorageClass.storage.k8s.io', 'PersistentVolume'],
  why: 'Whoever gets the disk, a snapshot or a backup of it, reads the data.',
  remedy: 'Set the encryption parameter and move the data.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1530'] },
  peers: { kubescape: ['C-0264'] },
  run(resource, context) {
    if (resource.kind === 'PersistentVolume') {
      const name = str(dig(resource.manifest, 'spec', 'storageClassName'));
      const used = context.set.ofKind('StorageClass.storage.k8s.io').find((one) => one.name === name);
      if (used !== undefined && isUnencrypted(used))
        return {
          at: ['spec', 'storageClassName'],
          message: `${labelOf(resource)} is of the storage class "${used.name}", which does not encrypt.`,
        };
    } else if (isUnencrypted(resource))
      return { at: ['parameters'], message: `${labelOf(resource)} does not encrypt its volumes.` };
  },
});

/** Provisioners that encrypt only when told, with the parameter that tells them. */
const switches: readonly { provisioner: RegExp; parameter: string; fails: (value: string) => boolean }[] = [
  {
    provisioner: /^(?:ebs\.csi\.aws\.com|kubernetes\.io\/aws-ebs)$/,
    parameter: 'encrypted',
    fails: (value) => value !== 'true',
  },
  { provisioner: /^efs\.csi\.aws\.com$/, parameter: 'encryptInTransit', fails: (value) => value === 'false' },
  {
    provisioner: /(?:^|\.)(?:rbd|cephfs)\.csi\.ceph\.com$/,
    parameter: 'encrypted',
    fails: (value) => value !== 'true',
  },
  { provisioner: /^driver\.longhorn\.io$/, parameter: 'encrypted', fails: (value) => value !== 'true' },
  {
    provisioner: /^(?:pxd\.portworx\.com|kubernetes\.io\/portworx-volume)$/,
    parameter: 'secure',
    fails: (value) => value !== 'true',
  },
];

function isUnencrypted({ manifest }: Resource): boolean {
  const known = switches.find(({ provisioner }) => provisioner.test(str(manifest.provisioner) ?? ''));
  return known?.fails(scalarText(dig(manifest.parameters, known.parameter))) === true;
}
