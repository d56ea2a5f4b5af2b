import { addedCapabilities, and, atLeast, defineCheck, type Gathered, Label, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'added-capability-restricted',
  title: 'Capability other than NET_BIND_SERVICE is added',
  category: 'pod-security',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: 'Hardly a workload needs a capability other than binding a low port; each one widens what an attacker in the container can do.',
  remedy: 'Remove all added capabilities; keep NET_BIND_SERVICE only if a port below 1024 is really bound.',
  standards: {
    pss: ['restricted/capabilities'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.9'],
    mitre: ['T1548'],
  },
  peers: {
    checkov: ['CKV_K8S_25'],
    trivy: ['KSV-0022', 'KSV-0106'],
    kubescape: ['C-0200'],
    kyverno: [
      'pod-security/disallow-capabilities-strict',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['capabilities_restricted'],
    monokle: ['PSS206'],
  },
  suppressedBy: ['added-capability', 'dangerous-capability'],
  options: {
    allowed: {
      type: 'strings',
      describe: 'Capabilities that may be added, letter by letter; Pod Security restricted accepts the default alone.',
      default: ['NET_BIND_SERVICE'],
    },
  },
  run(container, context) {
    const allowed = textOption(context.options.allowed);
    if (container.pod.declaredWindows && atLeast(context.kubeVersion, 25)) return;
    const permitted = allowed.length === 0 ? 'none' : `only ${allowed.join(', ')}`;
    let found: Gathered;
    // Pod Security compares letter by letter.
    for (const { name, written, at, about } of addedCapabilities(container))
      if (!allowed.includes(written))
        found = and(found, {
          at,
          message:
            name === 'NET_BIND_SERVICE' && allowed.includes(name)
              ? `${Label(container)} adds the capability NET_BIND_SERVICE as ${written}, which Pod Security does not accept.`
              : `${Label(container)} adds the capability ${name}${allowed.includes(name) ? ` as ${written}` : ''}; ${permitted} may be added.`,
          about,
        });
    return found;
  },
});
