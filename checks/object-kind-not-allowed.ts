import { defineCheck, labelOf, matchesAny, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'object-kind-not-allowed',
  title: 'Object kind or API group is not permitted',
  category: 'namespace-governance',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Any'],
  why: 'Objects of this kind are not to come from this repository: they change what the whole cluster does, or belong to others.',
  remedy: 'Remove the object.',
  peers: { 'kube-linter': ['template:disallowed-api-obj'] },
  options: {
    deny: {
      type: 'strings',
      describe: 'Kinds that may not be used, as apiVersion/Kind; * matches any run of characters.',
      default: [],
    },
    allow: {
      type: 'strings',
      describe: 'When not empty, the only kinds that may be used, written alike.',
      default: [],
    },
  },
  run(resource, { options }) {
    const name = `${resource.apiVersion}/${resource.kind}`;
    const allow = textOption(options.allow);
    if (!matchesAny(name, options.deny) && (allow.length === 0 || matchesAny(name, allow))) return;
    return { at: ['kind'], message: `${labelOf(resource)} is of a kind that is not allowed here.` };
  },
});
