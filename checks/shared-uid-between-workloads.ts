import { defineCheck, dig, effective, int, ownerLabel, type Path, type PodSubject, str } from '../src/check.ts';

export default defineCheck({
  id: 'shared-uid-between-workloads',
  title: 'Unrelated workloads share one runAsUser',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Files and processes on a node belong to user IDs: an application that breaks out owns those of the other one.',
  remedy: 'Assign one UID per workload.',
  peers: { kyverno: ['other/require-unique-uid-per-workload'] },
  *run(set) {
    const users = new Map<number, Map<string, { pod: PodSubject; at: Path }>>();
    for (const pod of set.pods)
      for (const container of pod.containers) {
        const { value, at } = effective(container, 'runAsUser');
        const uid = int(value);
        if (uid === undefined) continue;
        const owner = ownerOf(pod);
        const alike = users.get(uid);
        if (alike === undefined) users.set(uid, new Map([[owner, { pod, at }]]));
        else if (!alike.has(owner)) alike.set(owner, { pod, at });
      }
    for (const [uid, alike] of users) {
      const [first, ...others] = alike.values();
      if (first === undefined) continue;
      for (const { pod, at } of others)
        yield {
          resource: pod.resource,
          at,
          message: `${ownerLabel(pod)} runs as user ${uid}, as does ${ownerLabel(first.pod)}.`,
        };
    }
  },
});

/** What the workload belongs to: its name label, else its own name. */
function ownerOf(pod: PodSubject): string {
  return str(dig(pod.metadata, 'labels', 'app.kubernetes.io/name')) ?? `${pod.resource.kind}/${pod.resource.name}`;
}
