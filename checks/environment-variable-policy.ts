import { and, below, defineCheck, dig, type Gathered, Label, list, str, textOption } from '../src/check.ts';

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
        matches(name, str(dig(item, 'name')) ?? '') && (value === '*' || matches(value, str(dig(item, 'value')) ?? ''))
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

/** `*` stands for any text. Walks the parts in order, so no pattern can be slow. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > text.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}
