import { absent, and, defineCheck, dig, type Gathered, type Json, list, ownerLabel, type Path } from '../src/check.ts';

export default defineCheck({
  id: 'node-pinning',
  title: 'Pod bypasses the scheduler or targets nodes directly',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'The pod does not start anywhere else when the node is full, drained or gone, and nodeName also passes over taints and the scheduler.',
  remedy: 'Let the scheduler place the pod; use labels and taints of node pools.',
  peers: { kyverno: ['other/restrict-node-selection'] },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Also report node selectors and node affinity on the name of nodes.',
      default: false,
    },
  },
  run(pod, { options }) {
    const { spec } = pod;
    let found: Gathered;
    if (!absent(spec.nodeName) && spec.nodeName !== '')
      found = and(found, { at: pod.at('nodeName'), message: `${ownerLabel(pod)} is bound to one node by nodeName.` });
    if (options.strict !== true) return found;
    const places: Path[] = [];
    if (dig(spec, 'nodeSelector', hostname) !== undefined) places.push(['nodeSelector', hostname]);
    if (wantsHost(dig(spec, 'affinity', 'nodeAffinity'))) places.push(['affinity', 'nodeAffinity']);
    for (const place of places)
      found = and(found, { at: pod.at(...place), message: `${ownerLabel(pod)} asks for nodes by their name.` });
    return found;
  },
});

const hostname = 'kubernetes.io/hostname';

function wantsHost(affinity: Json | undefined): boolean {
  const terms = [
    ...list(dig(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms')),
    ...list(dig(affinity, 'preferredDuringSchedulingIgnoredDuringExecution')).map((one) => dig(one, 'preference')),
  ];
  return terms.some(
    (term) =>
      list(dig(term, 'matchExpressions')).some((one) => dig(one, 'key') === hostname) ||
      list(dig(term, 'matchFields')).length > 0,
  );
}
