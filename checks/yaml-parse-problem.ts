import { and, defineCheck, type Gathered, misreadStrings, printable } from '../src/check.ts';

export default defineCheck({
  id: 'yaml-parse-problem',
  title: 'Document is not sound YAML',
  category: 'api-lifecycle',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'The cluster refuses the object, or the value is not what its author wrote: yes becomes true, 0777 becomes 511.',
  remedy: 'Correct the syntax.',
  peers: {
    monokle: [
      'YML001',
      'YML002',
      'YML003',
      'YML004',
      'YML005',
      'YML006',
      'YML007',
      'YML008',
      'YML009',
      'YML010',
      'YML011',
      'YML012',
      'YML013',
      'YML014',
      'YML015',
      'YML016',
      'YML017',
      'YML018',
      'YML019',
      'YML020',
      'YML021',
    ],
  },
  run(resource) {
    let found: Gathered;
    for (const { at, value } of misreadStrings(resource))
      found = and(found, {
        at,
        message: `${at
          .filter((step) => typeof step === 'string')
          .slice(-2)
          .join(
            '.',
          )} must be text; unquoted, YAML makes a ${typeof value === 'object' ? 'list or mapping' : typeof value} of it.`,
        about: at.join('/'),
      });
    for (const { key, path } of resource.repeated ?? [])
      found = and(found, {
        at: path,
        message: `The key ${printable(key)} stands twice in one mapping: kubectl and kustomize refuse that, helm takes the last one.`,
        about: path.join('/'),
      });
    return found;
  },
});
