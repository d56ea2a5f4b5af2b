import { defineCheck, dig, labelOf, str } from '../src/check.ts';

export default defineCheck({
  id: 'storage-class-reclaim-policy',
  title: 'Reclaim policy deviates from the standard',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['StorageClass.storage.k8s.io', 'PersistentVolume'],
  why: 'With Delete the data goes with the claim; with Retain what a tenant leaves behind stays and costs.',
  remedy: 'Set reclaimPolicy.',
  peers: { kyverno: ['other/restrict-storageclass'] },
  options: {
    expected: {
      type: 'string',
      describe: 'The policy to have; nothing is judged while it is empty.',
      default: '',
      values: ['', 'Delete', 'Retain'],
    },
  },
  run(resource, { options }) {
    const expected = str(options.expected) ?? '';
    const field = resource.kind === 'StorageClass' ? ['reclaimPolicy'] : ['spec', 'persistentVolumeReclaimPolicy'];
    // A volume that nobody provisions is kept unless it says otherwise.
    const value = str(dig(resource.manifest, ...field)) ?? (resource.kind === 'StorageClass' ? 'Delete' : 'Retain');
    if (expected === '' || value === expected) return;
    return { at: field, message: `${labelOf(resource)} has the reclaim policy ${value}, not ${expected}.` };
  },
});
