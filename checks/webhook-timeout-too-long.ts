import {
  absent,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  int,
  numberOption,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'webhook-timeout-too-long',
  title: 'Webhook timeout is long',
  category: 'admission',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: webhookKinds,
  why: 'Every request that the webhook sees waits this long when its server does not answer.',
  remedy: 'Lower the value.',
  options: { max: { type: 'number', describe: 'Most seconds a webhook may take.', default: 10, min: 1, max: 30 } },
  run(resource, { options }) {
    const most = numberOption(options, 'max');
    // What the API takes where nothing is said.
    const unset = resource.apiVersion.endsWith('/v1beta1') ? 30 : 10;
    let found: Gathered;
    for (const { name, path, spec } of webhooksOf(resource)) {
      const written = dig(spec, 'timeoutSeconds');
      const seconds = absent(written) ? unset : int(written);
      if (seconds !== undefined && seconds > most)
        found = and(found, {
          at: below(path, 'timeoutSeconds'),
          message: `Webhook "${name}" holds requests up to ${seconds} seconds, more than ${most}.`,
          fix: {
            description: `Set timeoutSeconds to ${most}.`,
            edits: [{ op: 'set', path: below(path, 'timeoutSeconds'), value: most }],
          },
        });
    }
    return found;
  },
});
