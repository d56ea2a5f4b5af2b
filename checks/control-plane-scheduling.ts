import {
  and,
  defineCheck,
  dig,
  type Gathered,
  type Json,
  list,
  map,
  ownerLabel,
  str,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'control-plane-scheduling',
  title: 'Pod tolerates the control plane taint',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "On a control-plane node an escape from the container reaches etcd and the API server's keys: the whole cluster.",
  remedy: 'Remove the toleration.',
  standards: { nsa: ['Network separation and hardening: worker node segmentation'], mitre: ['T1610'] },
  peers: { kyverno: ['other/restrict-controlplane-scheduling'] },
  options: { agents: { type: 'strings', describe: 'Names of workloads that belong on every node.', default: [] } },
  run(pod, context) {
    const { kind, namespace, name } = pod.resource;
    if ((kind === 'DaemonSet' && namespace === 'kube-system') || textOption(context.options.agents).includes(name))
      return;
    let found: Gathered;
    for (const [index, toleration] of list(pod.spec.tolerations).entries()) {
      const key = str(dig(toleration, 'key')) ?? '';
      if (labels.has(key)) {
        const at = pod.at('tolerations', index);
        found = and(found, {
          at,
          message: `${ownerLabel(pod)} tolerates the taint ${key} of control-plane nodes.`,
          fix: { description: 'Delete the toleration.', edits: [{ op: 'remove', path: at }], risky: true },
        });
      }
    }
    for (const label of Object.keys(map(pod.spec.nodeSelector)))
      if (labels.has(label))
        found = and(found, {
          at: pod.at('nodeSelector', label),
          message: `${ownerLabel(pod)} selects control-plane nodes.`,
        });
    const affinity = [
      'affinity',
      'nodeAffinity',
      'requiredDuringSchedulingIgnoredDuringExecution',
      'nodeSelectorTerms',
    ];
    const terms = list(dig(pod.spec, ...affinity));
    // One term is enough to be placed, so only what all of them ask for is required.
    if (!terms.every((term) => list(dig(term, 'matchExpressions')).some(asksForLabel))) return found;
    for (const [index, term] of terms.entries())
      for (const [nth, expression] of list(dig(term, 'matchExpressions')).entries())
        if (asksForLabel(expression))
          found = and(found, {
            at: pod.at(...affinity, index, 'matchExpressions', nth),
            message: `${ownerLabel(pod)} requires control-plane nodes.`,
          });
    return found;
  },
});

const labels = new Set(['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']);

function asksForLabel(expression: Json): boolean {
  const operator = str(dig(expression, 'operator')) ?? '';
  return labels.has(str(dig(expression, 'key')) ?? '') && ['In', 'Exists'].includes(operator);
}
