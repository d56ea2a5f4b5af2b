import {
  and,
  defineCheck,
  dig,
  type Gathered,
  groupOf,
  isMap,
  labelOf,
  list,
  scalarText,
  type Severity,
  str,
  strings,
} from '../src/check.ts';

/** Kyverno's own name for what a policy is about. */
const category = 'policies.kyverno.io/category';

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
      JSON.stringify(resource.manifest.spec ?? {}).includes('podSecurity') ||
      /psp|podsecurity/i.test(resource.kind) ||
      /pod security/i.test(scalarText(dig(resource.manifest, 'metadata', 'annotations', category)));
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
      const actions = strings(dig(resource.manifest, 'spec', 'validationActions'));
      // Kyverno denies where nothing is said.
      if (actions.length > 0 && !actions.includes('Deny'))
        found = and(found, {
          at: ['spec', 'validationActions'],
          message: `${labelOf(resource)} only reports.`,
          ...raised,
        });
      return found;
    }
    const forAll = ['spec', 'validationFailureAction'];
    const whole = str(dig(resource.manifest, ...forAll));
    for (const [index, rule] of list(dig(resource.manifest, 'spec', 'rules')).entries()) {
      const validate = dig(rule, 'validate');
      const own = str(dig(validate, 'failureAction'));
      if (!isMap(validate) || (own ?? whole ?? 'Audit').toLowerCase() !== 'audit') continue;
      // Kyverno up to 1.12 knows the field of the whole policy alone.
      const at =
        own === undefined && whole !== undefined ? forAll : ['spec', 'rules', index, 'validate', 'failureAction'];
      const name = str(dig(rule, 'name')) ?? String(index + 1);
      found = and(found, {
        at,
        message: `Rule "${name}" of ${labelOf(resource)} only reports.`,
        about: name,
        ...raised,
        fix: {
          description: `Set ${at === forAll ? 'validationFailureAction' : 'failureAction'} to Enforce.`,
          edits: [{ op: 'set', path: at, value: 'Enforce' }],
          risky: true,
        },
      });
    }
    return found;
  },
});
