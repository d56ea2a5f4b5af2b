import {
  absent,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  hasDefault,
  isSet,
  type KubeVersion,
  mountsFor,
  type MountSubject,
  setsAmount,
  volumesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'emptydir-size-limit-missing',
  title: 'emptyDir has no size limit',
  category: 'resources',
  severity: 'low',
  default: 'off',
  onFrom: 'medium',
  on: 'pod',
  why: 'A container that writes without end fills the disk of the node, or its memory, and takes the other pods with it.',
  remedy: 'Set sizeLimit.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1499'] },
  peers: { kyverno: ['other/require-emptydir-requests-limits', 'other/add-emptydir-sizelimit'] },
  run(pod, { kubeVersion, set }) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      const source = volume.spec.emptyDir;
      // A volume that names nothing, or an emptyDir of null, is an emptyDir to the API.
      const isDefault = Object.keys(volume.spec).every((key) => key === 'name' || volume.spec[key] === null);
      if ((absent(source) && !isDefault) || isSet(dig(source, 'sizeLimit'))) continue;
      const mounts = mountsFor(pod, volume);
      const inMemory = dig(source, 'medium') === 'Memory';
      if (!inMemory && areBounded(mounts, kubeVersion, 'ephemeral-storage')) continue;
      const isUnbounded =
        inMemory && !areBounded(mounts, kubeVersion, 'memory') && !hasDefault(pod.resource, set, 'limits', 'memory');
      found = and(found, {
        at: below(volume.path, 'emptyDir'),
        message: `${volume.label} is an emptyDir${inMemory ? ' in memory' : ''} without a size limit.`,
        ...(isUnbounded ? { severity: 'medium' as const } : {}),
      });
    }
    return found;
  },
});

/** Whether all containers that mount the volume have a limit, or their pod has. */
function areBounded(mounts: readonly MountSubject[], version: KubeVersion, resource: string): boolean {
  return mounts.length > 0 && mounts.every(({ container }) => setsAmount(container, version, 'limits', resource));
}
