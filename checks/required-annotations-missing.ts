import { and, defineCheck, dig, fits, type Gathered, lackOf, wantedKeys } from '../src/check.ts';

export default defineCheck({
  id: 'required-annotations-missing',
  title: 'Required annotation is missing or malformed',
  category: 'namespace-governance',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Workload', 'Namespace'],
  why: 'What the annotation should tell (whom to call, what it costs) is nowhere to be found when it is needed.',
  remedy: 'Add the annotation.',
  peers: {
    'kube-linter': ['required-annotation-email'],
    kyverno: ['other/require-annotations'],
    monokle: ['MTD-custom-annotations'],
  },
  options: {
    annotations: {
      type: 'strings',
      describe: 'Keys that must be there, as key, key=pattern or Kind:key=pattern. Nothing is reported while empty.',
      default: [],
      patterns: true,
    },
  },
  run(resource, context) {
    let violations: Gathered;
    for (const wanted of wantedKeys(context.options.annotations, resource.kind)) {
      const at = ['metadata', 'annotations', wanted.key];
      const value = dig(resource.manifest, ...at);
      if (typeof value === 'string' && fits(value, wanted.pattern)) continue;
      violations = and(violations, {
        at,
        message: `Annotation "${wanted.key}" ${lackOf(value, wanted)}.`,
      });
    }
    return violations;
  },
});
