import { and, below, defineCheck, type Gathered, Label, variablesOf } from '../src/check.ts';

export default defineCheck({
  id: 'duplicate-env-var',
  title: 'Environment variable is defined twice',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: 'The last entry wins silently, so what the reader of the first expects never reaches the process.',
  remedy: 'Remove one entry.',
  peers: {
    'kube-linter': ['duplicate-env-var'],
    'kube-score': ['environment-variable-key-duplication'],
    kubescape: ['C-0295'],
  },
  run(container) {
    const variables = variablesOf(container);
    if (variables.length < 2) return;
    const seen = new Set<string>();
    let found: Gathered;
    for (const { name, index } of variables) {
      if (name === '') continue;
      if (seen.has(name))
        found = and(found, {
          at: below(container.path, 'env', index),
          message: `${Label(container)} sets ${name} again.`,
        });
      seen.add(name);
    }
    return found;
  },
});
