import {
  and,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  Label,
  list,
  mountsFor,
  str,
  textOption,
  volumesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-volume-mount',
  title: 'Workload can read a Secret through a volume',
  category: 'secrets',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Whoever takes over the container reads the Secret; the list shows which containers hold which.',
  remedy: 'Mount only the needed keys with items.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552'] },
  peers: {
    kubescape: ['C-0255'],
    kyverno: ['other/disallow-all-secrets', 'other/restrict-secrets-by-name', 'other/restrict-secrets-by-label'],
  },
  options: {
    allowed: { type: 'strings', describe: 'Names of Secrets that may be mounted without a report.', default: [] },
  },
  run(pod, context) {
    const allowed = textOption(context.options.allowed);
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      if (!isMap(volume.spec.secret) && !isMap(volume.spec.projected)) continue;
      const names = [
        str(dig(volume.spec, 'secret', 'secretName')),
        ...list(dig(volume.spec, 'projected', 'sources')).map((source) => str(dig(source, 'secret', 'name'))),
      ].flatMap((name) => (name === undefined || allowed.includes(name) ? [] : [name]));
      if (names.length === 0) continue;
      const secrets = names.map((name) => `the Secret "${name}"`).join(', ');
      const mounts = mountsFor(pod, volume);
      for (const mount of mounts)
        found = and(found, { at: mount.path, message: `${Label(mount.container)} can read ${secrets}.` });
      // The kubelet fetches it for the pod all the same.
      if (mounts.length === 0)
        found = and(found, { at: volume.path, message: `The pod carries ${secrets}, which no container mounts.` });
    }
    return found;
  },
});
