import {
  absent,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  scalarText,
  strings,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'webhook-side-effects',
  title: 'Webhook declares unsafe side effects',
  category: 'admission',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: webhookKinds,
  why: 'A dry run changes things for real, or the API server refuses the webhook.',
  remedy: 'Set sideEffects None.',
  run(resource) {
    let found: Gathered;
    for (const webhook of webhooksOf(resource)) {
      const effects = dig(webhook.spec, 'sideEffects');
      if (effects !== 'None' && effects !== 'NoneOnDryRun')
        found = and(found, {
          at: below(webhook.path, 'sideEffects'),
          message: `Webhook "${webhook.name}" ${absent(effects) ? 'does not say whether it has side effects' : `declares the side effects ${scalarText(effects)}`}.`,
        });
      if (!strings(dig(webhook.spec, 'admissionReviewVersions')).includes('v1'))
        found = and(found, {
          at: below(webhook.path, 'admissionReviewVersions'),
          message: `Webhook "${webhook.name}" does not take AdmissionReview v1.`,
        });
    }
    return found;
  },
});
