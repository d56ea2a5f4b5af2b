import { defineCheck, dig, labelOf, strings } from '../src/check.ts';

export default defineCheck({
  id: 'admission-policy-not-enforced',
  title: 'Admission policy binding does not deny',
  category: 'admission',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io'],
  why: 'What the policy forbids is created all the same; only a note tells of it.',
  remedy: 'Add Deny once audit results are clean.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1562.001'] },
  run(resource) {
    if (!strings(dig(resource.manifest, 'spec', 'validationActions')).includes('Deny'))
      return {
        at: ['spec', 'validationActions'],
        message: `${labelOf(resource)} does not deny.`,
      };
  },
});
