import { and, defineCheck, dig, type Gathered, list, strings, webhookKinds, webhooksOf } from '../src/check.ts';

export default defineCheck({
  id: 'webhook-inventory',
  title: 'Admission webhook present (review)',
  category: 'admission',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: webhookKinds,
  why: 'A webhook sees, and may change, every object that passes it; one that nobody knows is how an intruder stays.',
  remedy: 'Confirm each webhook is known.',
  standards: { mitre: ['T1562.001', 'T1546'] },
  peers: { kubescape: ['C-0036', 'C-0039'] },
  run(resource) {
    let found: Gathered;
    for (const { name, path, failurePolicy, spec } of webhooksOf(resource)) {
      const scope = strings(list(dig(spec, 'rules')).flatMap((rule) => list(dig(rule, 'resources'))));
      found = and(found, {
        at: path,
        message: `Webhook "${name}" is called for ${scope.length === 0 ? 'nothing' : [...new Set(scope)].join(', ')} (${failurePolicy}).`,
      });
    }
    return found;
  },
});
