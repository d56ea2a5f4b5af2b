import { and, defineCheck, type Gathered, schemaFaults } from '../src/check.ts';

export default defineCheck({
  id: 'schema-invalid',
  title: 'Object violates the API schema',
  category: 'api-lifecycle',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'The cluster refuses the object, or drops the field silently: what it was to protect is then not protected.',
  remedy: 'Correct field names, types and places.',
  suppressedBy: ['yaml-parse-problem'],
  peers: { 'kube-linter': ['schema-validation'], monokle: ['K8S001', 'K8S004'] },
  run(resource) {
    let found: Gathered;
    for (const { at, message } of schemaFaults(resource)) found = and(found, { at, message, about: at.join('/') });
    return found;
  },
});
