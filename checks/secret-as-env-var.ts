import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  type Json,
  Label,
  list,
  printable,
  str,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-as-env-var',
  title: 'Secret is consumed through environment variables',
  category: 'secrets',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'Environment variables show up in crash dumps, child processes and `kubectl describe`, and do not change when the Secret does.',
  remedy: 'Mount the Secret as a file.',
  standards: { nsa: ['Network separation and hardening: Secrets'], cis: ['5.4.1'], mitre: ['T1552'] },
  peers: {
    checkov: ['CKV_K8S_35'],
    'kube-linter': ['read-secret-from-env-var'],
    kubescape: ['C-0207'],
    kubesec: ['SecretsAsEnvironmentVariables'],
    kyverno: ['other/disallow-secrets-from-env-vars'],
    monokle: ['KBP112'],
  },
  options: {
    allowed: { type: 'strings', describe: 'Names of Secrets that may be passed without a report.', default: [] },
  },
  run(container, context) {
    const allowed = textOption(context.options.allowed);
    const reported = (reference: Json | undefined): boolean =>
      isMap(reference) && !allowed.includes(str(reference.name) ?? '');
    let found: Gathered;
    for (const [index, item] of list(container.spec.env).entries())
      if (reported(dig(item, 'valueFrom', 'secretKeyRef')))
        found = and(found, {
          at: below(container.path, 'env', index, 'valueFrom', 'secretKeyRef'),
          message: `${Label(container)} takes a Secret as the variable ${str(dig(item, 'name')) ?? ''}.`,
        });
    for (const [index, item] of list(container.spec.envFrom).entries())
      if (reported(dig(item, 'secretRef')))
        found = and(found, {
          at: below(container.path, 'envFrom', index, 'secretRef'),
          message: `${Label(container)} takes the whole Secret ${printable(dig(item, 'secretRef', 'name'))} as variables.`,
        });
    return found;
  },
});
