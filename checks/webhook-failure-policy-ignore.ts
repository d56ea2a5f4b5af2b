import {
  and,
  below,
  defineCheck,
  type Gathered,
  intercepts,
  matchesAny,
  rbacGroup,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

const guarded = [
  ...[
    '/pods',
    '/replicationcontrollers',
    'apps/deployments',
    'apps/daemonsets',
    'apps/statefulsets',
    'apps/replicasets',
  ],
  ...['batch/jobs', 'batch/cronjobs'],
  ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((name) => `${rbacGroup}/${name}`),
];

export default defineCheck({
  id: 'webhook-failure-policy-ignore',
  title: 'Security webhook fails open',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: webhookKinds,
  why: 'Whoever slows the webhook down or makes it fail gets pods past it.',
  remedy: 'Set failurePolicy Fail with a namespaceSelector for safety.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1562.001'] },
  options: {
    injectors: {
      type: 'strings',
      describe: 'Names of webhooks that only decorate objects and may fail; * matches any run of characters.',
      default: [],
    },
  },
  run(resource, context) {
    let found: Gathered;
    for (const webhook of webhooksOf(resource)) {
      if (webhook.failurePolicy !== 'Ignore' || !intercepts(webhook, guarded, ['CREATE', 'UPDATE'])) continue;
      if (matchesAny(webhook.name, context.options.injectors)) continue;
      found = and(found, {
        at: below(webhook.path, 'failurePolicy'),
        message: `Webhook "${webhook.name}" lets objects pass when it fails.`,
      });
    }
    return found;
  },
});
