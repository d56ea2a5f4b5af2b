import { and, defineCheck, fits, type Gathered, labelOf, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'resource-name-pattern',
  title: 'Object name breaks the naming rule',
  category: 'namespace-governance',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Any'],
  why: 'Names that do not follow the agreed form escape the rules, quotas and dashboards that go by them.',
  remedy: 'Rename the object.',
  peers: { kyverno: ['openshift/team-validate-ns-name'] },
  options: {
    patterns: {
      type: 'strings',
      describe: 'How objects of a kind are named, as KIND:PATTERN.',
      default: [],
      patterns: true,
    },
  },
  run(resource, { options }) {
    let found: Gathered;
    for (const rule of textOption(options.patterns)) {
      const colon = rule.indexOf(':');
      const pattern = rule.slice(colon + 1);
      if (rule.slice(0, colon) !== resource.kind || resource.name === '' || fits(resource.name, pattern)) continue;
      found = and(found, { at: ['metadata', 'name'], message: `${labelOf(resource)} is not named ${pattern}.` });
    }
    return found;
  },
});
