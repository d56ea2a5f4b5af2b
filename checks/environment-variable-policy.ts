import { and, below, defineCheck, dig, type Gathered, Label, list, matches, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'environment-variable-policy',
  title: 'Environment variable has a forbidden or missing value',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'The organisation has decided which variables programs must and must not be given; this one departs from it.',
  remedy: 'Follow the configured policy.',
  peers: { 'kube-linter': ['template:env-var'], kyverno: ['other/check-env-vars', 'other/mitigate-log4shell'] },
  options: {
    rules: {
      type: 'strings',
      describe:
        'One rule an item: "forbid NAME", "forbid NAME=VALUE", "require NAME" or "require NAME=VALUE"; * stands for any text.',
      default: [],
    },
  },
  run(container, context) {
    if (container.list === 'ephemeralContainers') return;
    const env = list(container.spec.env);
    let violations: Gathered;
    for (const rule of textOption(context.options.rules)) {
      const [, mode, name = '', value = '*'] = /^(forbid|require) ([^=]+)(?:=(.*))?$/.exec(rule) ?? [];
      if (mode === undefined) continue;
      const matching = env.flatMap((item, index) =>
        matches(str(dig(item, 'name')) ?? '', name) && (value === '*' || matches(str(dig(item, 'value')) ?? '', value))
          ? [{ index, name: str(dig(item, 'name')) ?? '' }]
          : [],
      );
      if (mode === 'require' && matching.length === 0)
        violations = and(violations, {
          at: below(container.path, 'env'),
          message: `${Label(container)} lacks an environment variable that the policy requires: ${name}.`,
        });
      if (mode === 'forbid')
        for (const found of matching)
          violations = and(violations, {
            at: below(container.path, 'env', found.index),
            message: `${Label(container)} sets the environment variable ${found.name}, which the policy forbids.`,
          });
    }
    return violations;
  },
});
