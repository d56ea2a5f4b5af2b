import {
  and,
  defineCheck,
  dig,
  type Gathered,
  intercepts,
  labelSelector,
  list,
  selects,
  serviceOf,
  type Webhook,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * The namespaces a webhook stands in the way of: the system's, or its own, where it goes by names alone; undefined where it
 * spares them, as far as can be told. An empty selector selects everything.
 */
function blockedBy({ spec }: Webhook): string | undefined {
  const objects = labelSelector(dig(spec, 'objectSelector'))?.requirements ?? [];
  if (objects.length > 0 || list(dig(spec, 'matchConditions')).length > 0) return undefined;
  const selector = labelSelector(dig(spec, 'namespaceSelector'));
  if (selector === undefined || selector.requirements.length === 0) return 'every namespace';
  if (selector.requirements.some(({ key }) => key !== nameLabel)) return undefined;
  const own = serviceOf(dig(spec, 'clientConfig'))?.namespace ?? '';
  const blocked = ['kube-system', own].find((name) => name !== '' && selects(selector, { [nameLabel]: name }));
  return blocked === undefined ? undefined : `namespace ${blocked}${blocked === own ? ', its own' : ''}`;
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
      const blocked = blockedBy(webhook);
      if (blocked === undefined) continue;
      found = and(found, {
        at: webhook.path,
        message: `Webhook "${webhook.name}" fails closed for pods, nodes or leases of ${blocked}.`,
      });
    }
    return found;
  },
});
