import {
  absent,
  amountOf,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isSet,
  mountsFor,
  type MountSubject,
  volumesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'emptydir-size-limit-missing',
  title: 'emptyDir has no size limit',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'A container that writes without end fills the disk of the node, or its memory, and takes the other pods with it.',
  remedy: 'Set sizeLimit.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1499'] },
  peers: { kyverno: ['other/require-emptydir-requests-limits', 'other/add-emptydir-sizelimit'] },
  run(pod) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      const source = volume.spec.emptyDir;
      if (absent(source) || !absent(dig(source, 'sizeLimit'))) continue;
      const mounts = mountsFor(pod, volume);
      const inMemory = dig(source, 'medium') === 'Memory';
      if (!inMemory && areBounded(mounts, 'ephemeral-storage')) continue;
      found = and(found, {
        at: below(volume.path, 'emptyDir'),
        message: `${volume.label} is an emptyDir${inMemory ? ' in memory' : ''} without a size limit.`,
        ...(inMemory && !areBounded(mounts, 'memory') ? { severity: 'medium' as const } : {}),
      });
    }
    return found;
  },
});

/** Whether all containers that mount the volume have a limit. */
function areBounded(mounts: readonly MountSubject[], resource: string): boolean {
  return mounts.length > 0 && mounts.every(({ container }) => isSet(amountOf(container, 'limits', resource)));
}
