import {
  absent,
  and,
  defineCheck,
  dig,
  type Gathered,
  intercepts,
  type Json,
  map,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

const narrowing = ['namespaceSelector', 'objectSelector', 'matchConditions'];

/** An empty selector selects everything. */
function limits(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Object.values(map(value)).some((part) => !absent(part));
}

export default defineCheck({
  id: 'webhook-blocks-cluster',
  title: 'Fail-closed webhook matches critical objects',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: webhookKinds,
  why: 'When the webhook is down nothing can be started any more, the webhook itself and the parts of Kubernetes included.',
  remedy: 'Exclude kube-system and the own namespace.',
  standards: { mitre: ['T1499'] },
  run(resource) {
    let found: Gathered;
    for (const webhook of webhooksOf(resource)) {
      if (
        webhook.failurePolicy !== 'Fail' ||
        !intercepts(webhook, ['/pods', '/nodes', 'coordination.k8s.io/leases'], ['CREATE', 'UPDATE'])
      )
        continue;
      if (narrowing.some((field) => limits(dig(webhook.spec, field)))) continue;
      found = and(found, {
        at: webhook.path,
        message: `Webhook "${webhook.name}" fails closed for pods, nodes or leases of every namespace.`,
      });
    }
    return found;
  },
});
