import { and, below, defineCheck, dig, fits, type Gathered, lackOf, metadataOf, wantedKeys } from '../src/check.ts';

export default defineCheck({
  id: 'required-labels-missing',
  title: 'Required label is missing or malformed',
  category: 'namespace-governance',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Workload', 'Namespace', 'Service'],
  why: 'Without the label nobody can tell whose object it is, and whom to call.',
  remedy: 'Add the labels.',
  peers: {
    'kube-linter': ['required-label-owner'],
    kubescape: ['C-0076'],
    kyverno: [
      'best-practices/require-labels',
      'kubecost/require-kubecost-labels',
      'other/metadata-match-regex',
      'other/add-labels',
      'kasten/kasten-validate-ns-by-preset-label',
      'kasten/k10-validate-ns-by-preset-label',
    ],
    monokle: ['MTD-custom-labels'],
  },
  options: {
    labels: {
      type: 'strings',
      describe: 'Keys that must be there, as key, key=pattern or Kind:key=pattern.',
      default: ['owner'],
      patterns: true,
    },
    where: {
      type: 'string',
      describe: 'Whether workloads need the labels on the object, on the pod template, or on both.',
      default: 'both',
      values: ['both', 'object', 'template'],
    },
  },
  run(resource, context) {
    const { where } = context.options;
    const places = metadataOf(resource);
    let found: Gathered;
    for (const wanted of wantedKeys(context.options.labels, resource.kind))
      for (const { path, metadata, template } of places) {
        if (template ? where === 'object' : where === 'template' && places.length > 1) continue;
        const value = dig(metadata.labels, wanted.key);
        if (typeof value === 'string' && fits(value, wanted.pattern)) continue;
        const of = template ? ' on the pod template' : '';
        const fault = lackOf(value, wanted);
        found = and(found, { at: below(path, 'labels', wanted.key), message: `Label "${wanted.key}" ${fault}${of}.` });
      }
    return found;
  },
});
