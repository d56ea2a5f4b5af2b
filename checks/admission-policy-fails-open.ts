import { and, defineCheck, dig, type Gathered, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'admission-policy-fails-open',
  title: 'Admission policy fails open',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: [
    'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
    'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  ],
  why: 'An expression that fails, or a parameter that is deleted, lets everything pass.',
  remedy: 'Use Fail and Deny.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1562.001'] },
  run(resource) {
    const at = ['spec', 'failurePolicy'];
    let found: Gathered;
    if (resource.kind === 'ValidatingAdmissionPolicy' && dig(resource.manifest, ...at) === 'Ignore')
      found = and(found, {
        at,
        message: `${labelOf(resource)} lets objects pass when it fails.`,
        fix: {
          description: 'Set failurePolicy to Fail.',
          edits: [{ op: 'set', path: at, value: 'Fail' }],
          risky: true,
        },
      });
    const missing = ['spec', 'paramRef', 'parameterNotFoundAction'];
    if (dig(resource.manifest, ...missing) === 'Allow')
      found = and(found, {
        at: missing,
        message: `${labelOf(resource)} lets objects pass when its parameters are missing.`,
      });
    return found;
  },
});
