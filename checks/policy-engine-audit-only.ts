import {
  and,
  defineCheck,
  dig,
  type Gathered,
  groupOf,
  isMap,
  list,
  type Severity,
  str,
  strings,
  labelOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'policy-engine-audit-only',
  title: 'Policy engine rule only audits',
  category: 'admission',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: [
    'ClusterPolicy.kyverno.io',
    'Policy.kyverno.io',
    'ValidatingPolicy.policies.kyverno.io',
    '*.constraints.gatekeeper.sh',
  ],
  why: 'What the policy forbids is created all the same; only a report tells of it.',
  remedy: 'Switch to Enforce or deny.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.2.1'], mitre: ['T1562.001'] },
  run(resource) {
    const pods =
      JSON.stringify(resource.manifest.spec ?? {}).includes('podSecurity') || /psp|podsecurity/i.test(resource.kind);
    const raised: { severity?: Severity } = pods ? { severity: 'medium' } : {};
    let found: Gathered;
    if (groupOf(resource.apiVersion) === 'constraints.gatekeeper.sh') {
      const action = dig(resource.manifest, 'spec', 'enforcementAction');
      if (action === 'dryrun' || action === 'warn')
        found = and(found, {
          at: ['spec', 'enforcementAction'],
          message: `${labelOf(resource)} only reports (${action}).`,
          ...raised,
        });
      return found;
    }
    if (resource.kind === 'ValidatingPolicy') {
      if (!strings(dig(resource.manifest, 'spec', 'validationActions')).includes('Deny'))
        found = and(found, {
          at: ['spec', 'validationActions'],
          message: `ValidatingPolicy "${resource.name}" only reports.`,
          ...raised,
        });
      return found;
    }
    const whole = str(dig(resource.manifest, 'spec', 'validationFailureAction')) ?? 'Audit';
    for (const [index, rule] of list(dig(resource.manifest, 'spec', 'rules')).entries()) {
      const validate = dig(rule, 'validate');
      const own = str(dig(validate, 'failureAction'));
      if (!isMap(validate) || (own ?? whole).toLowerCase() !== 'audit') continue;
      const at = ['spec', 'rules', index, 'validate', 'failureAction'];
      found = and(found, {
        at,
        message: `Rule "${str(dig(rule, 'name')) ?? index + 1}" only reports.`,
        ...raised,
        fix: {
          description: 'Set failureAction to Enforce.',
          edits: [{ op: 'set', path: at, value: 'Enforce' }],
          risky: true,
        },
      });
    }
    return found;
  },
});
