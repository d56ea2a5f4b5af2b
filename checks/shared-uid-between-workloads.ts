import { defineCheck, dig, effective, groupBy, int, podLabel, str, type PodSubject } from '../src/check.ts';

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
    const users = set.pods.flatMap((pod) =>
      pod.containers.flatMap((container) => {
        const { value, at } = effective(container, 'runAsUser');
        const uid = int(value);
        return uid === undefined ? [] : [{ pod, uid, at, who: ownerOf(pod) }];
      }),
    );
    for (const alike of groupBy(users, ({ uid }) => String(uid)).values()) {
      const [first] = alike;
      const seen = new Set<string>();
      for (const { pod, uid, at, who } of alike) {
        if (first === undefined || who === first.who || seen.has(who)) continue;
        seen.add(who);
        yield {
          resource: pod.resource,
          at,
          message: `${podLabel(pod)} runs as user ${uid}, as does ${podLabel(first.pod)}.`,
        };
      }
    }
  },
});

/** What the workload belongs to: its name label, else its own name. */
function ownerOf(pod: PodSubject): string {
  return str(dig(pod.metadata, 'labels', 'app.kubernetes.io/name')) ?? `${pod.resource.kind}/${pod.resource.name}`;
}
