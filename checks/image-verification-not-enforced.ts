import {
  absent,
  below,
  defineCheck,
  dig,
  type Fix,
  type Json,
  labelOf,
  list,
  type Path,
  str,
  strings,
  type Violation,
} from '../src/check.ts';

export default defineCheck({
  id: 'image-verification-not-enforced',
  title: 'Image verification policy only warns',
  category: 'supply-chain',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: [
    'ClusterPolicy.kyverno.io',
    'Policy.kyverno.io',
    'ImageValidatingPolicy.policies.kyverno.io',
    'ClusterImagePolicy.policy.sigstore.dev',
  ],
  why: 'Images without a valid signature are let in with a warning at most, so the policy stops nobody.',
  remedy: 'Switch to Enforce.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1195.002'] },
  run(resource) {
    const name = labelOf(resource);
    const { manifest } = resource;
    const found: Violation[] = [];
    if (resource.kind === 'ClusterImagePolicy') {
      if (dig(manifest, 'spec', 'mode') === 'warn')
        found.push({ at: ['spec', 'mode'], message: `${name} only warns.`, fix: enforce(['spec', 'mode'], 'enforce') });
      for (const [index, authority] of list(dig(manifest, 'spec', 'authorities')).entries())
        if (dig(authority, 'static', 'action') === 'pass')
          found.push({
            at: ['spec', 'authorities', index, 'static', 'action'],
            message: `${name} lets every image pass.`,
          });
      return found;
    }
    if (resource.kind === 'ImageValidatingPolicy') {
      const actions = strings(dig(manifest, 'spec', 'validationActions'));
      if (actions.length > 0 && !actions.includes('Deny'))
        found.push({
          at: ['spec', 'validationActions'],
          message: `${name} does not deny anything.`,
          fix: {
            description: 'Set validationActions to [Deny].',
            edits: [{ op: 'set', path: ['spec', 'validationActions'], value: ['Deny'] }],
            risky: true,
          },
        });
      found.push(...lax(name, dig(manifest, 'spec', 'validationConfigurations'), ['spec', 'validationConfigurations']));
      if (list(dig(manifest, 'spec', 'attestors')).length === 0)
        found.push({ at: ['spec', 'attestors'], message: `${name} names no attestor.` });
      return found;
    }
    const whole = ['spec', 'validationFailureAction'];
    for (const [index, rule] of list(dig(manifest, 'spec', 'rules')).entries())
      for (const [nth, verify] of list(dig(rule, 'verifyImages')).entries()) {
        const path = ['spec', 'rules', index, 'verifyImages', nth];
        const own = str(dig(verify, 'failureAction'));
        // Kyverno's own default is Audit.
        const action = own ?? str(dig(manifest, ...whole)) ?? 'Audit';
        const at = own === undefined ? whole : below(path, 'failureAction');
        if (action.toLowerCase() === 'audit')
          found.push({
            at,
            message: `${name} only records images that fail verification.`,
            fix: enforce(at, 'Enforce'),
          });
        found.push(...lax(name, verify, path));
        const others = ['attestations', 'key', 'roots', 'keyless'].some((field) => !absent(dig(verify, field)));
        if (list(dig(verify, 'attestors')).length === 0 && !others)
          found.push({ at: below(path, 'attestors'), message: `${name} names no attestor.` });
      }
    return found;
  },
});

function enforce(path: Path, value: string): Fix {
  return { description: `Set it to ${value}.`, edits: [{ op: 'set', path, value }], risky: true };
}

/** Switches that are true unless turned off. */
function* lax(name: string, options: Json | undefined, path: Path): Generator<Violation> {
  for (const field of ['required', 'mutateDigest', 'verifyDigest'])
    if (dig(options, field) === false) yield { at: below(path, field), message: `${name} sets ${field} to false.` };
}
