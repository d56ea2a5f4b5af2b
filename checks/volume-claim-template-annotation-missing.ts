import { and, defineCheck, dig, type Gathered, list, printable, str } from '../src/check.ts';

export default defineCheck({
  id: 'volume-claim-template-annotation-missing',
  title: 'volumeClaimTemplate lacks a required annotation',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['StatefulSet.apps'],
  why: 'What picks volumes for backup or snapshots by their annotations passes these over.',
  remedy: 'Add the annotation.',
  peers: { 'kube-linter': ['template:statefulset-volumeclaimtemplate-annotation'] },
  options: {
    annotation: {
      type: 'string',
      describe: 'Key of the annotation; nothing is judged while it is empty.',
      default: '',
    },
  },
  run(resource, { options }) {
    const key = str(options.annotation) ?? '';
    if (key === '') return;
    let found: Gathered;
    for (const [index, claim] of list(dig(resource.manifest, 'spec', 'volumeClaimTemplates')).entries())
      if (dig(claim, 'metadata', 'annotations', key) === undefined)
        found = and(found, {
          at: ['spec', 'volumeClaimTemplates', index, 'metadata', 'annotations'],
          message: `The claim template ${printable(dig(claim, 'metadata', 'name'))} lacks the annotation ${key}.`,
        });
    return found;
  },
});
