import { and, below, defineCheck, dig, type Gathered, isMap, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-drift-not-healed',
  title: 'Drift is not corrected',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Application.argoproj.io'],
  why: 'What someone changes in the cluster by hand stays changed, whatever Git says.',
  remedy: 'Enable automated sync with selfHeal and prune.',
  standards: { mitre: ['T1562.001'] },
  run(resource) {
    const at = ['spec', 'syncPolicy', 'automated'];
    const automated = dig(resource.manifest, ...at);
    let found: Gathered;
    if (!isMap(automated) || automated.enabled === false)
      found = and(found, { at, message: `${labelOf(resource)} is not synced by itself.` });
    else
      for (const [field, lack] of lacks)
        if (automated[field] !== true)
          found = and(found, { at: below(at, field), message: `${labelOf(resource)} ${lack}.` });
    return found;
  },
});

const lacks = [
  ['selfHeal', 'does not undo changes made in the cluster'],
  ['prune', 'does not delete what Git no longer holds'],
] as const;
