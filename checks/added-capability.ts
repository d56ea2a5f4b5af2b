import { addedCapabilities, and, defineCheck, type Gathered, isDefaultCapability, Label } from '../src/check.ts';

export default defineCheck({
  id: 'added-capability',
  title: 'Linux capability added beyond the default set',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: "Each capability beyond the runtime's default set lets a process do more to the kernel, and so more to the node, than an ordinary container may.",
  remedy: 'Remove the entry from capabilities.add.',
  standards: {
    pss: ['baseline/capabilities'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.9'],
    mitre: ['T1611', 'T1548'],
  },
  peers: {
    kubescape: ['C-0200'],
    kyverno: [
      'pod-security/disallow-capabilities',
      'istio/service-mesh-disallow-capabilities',
      'psp-migration/restrict-adding-capabilities',
      'pod-security/podsecurity-subrule-baseline',
    ],
    psa: ['capabilities_baseline'],
    monokle: ['PSS104'],
  },
  suppressedBy: ['dangerous-capability'],
  run(container) {
    let found: Gathered;
    for (const { name, written, at, about } of addedCapabilities(container)) {
      if (isDefaultCapability(written)) continue;
      // Pod Security compares letter by letter, so it turns `chown` and `CAP_CHOWN` away, too.
      const known = isDefaultCapability(name);
      found = and(found, {
        at,
        message: known
          ? `${Label(container)} adds the capability ${name} as ${written}, which Pod Security does not accept.`
          : `${Label(container)} adds the capability ${name}, which is outside the default set.`,
        about,
        fix: known
          ? { description: `Write it as ${name}.`, edits: [{ op: 'set', path: at, value: name }], risky: true }
          : { description: `Remove ${name} from capabilities.add.`, edits: [{ op: 'remove', path: at }], risky: true },
      });
    }
    return found;
  },
});
