import {
  addedCapabilities,
  and,
  capabilityName,
  dangerousCapabilities,
  defineCheck,
  type Gathered,
  hostPathsOf,
  isWithin,
  Label,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangerous-capability',
  title: 'Capability that permits container escape or host takeover is added',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: "With this capability a process can load code into the kernel, read any file or memory, or redirect the node's traffic: a known way out of the container.",
  remedy: 'Remove the capability; redesign the workload or isolate it on dedicated nodes.',
  standards: {
    pss: ['baseline/capabilities'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.8', '5.2.9'],
    mitre: ['T1611', 'T1548', 'T1040'],
  },
  peers: {
    checkov: ['CKV_K8S_39'],
    trivy: ['KSV-0005', 'KSV-0119', 'KSV-0120'],
    polaris: ['dangerousCapabilities'],
    kubescape: ['C-0046'],
    kubesec: ['CapSysAdmin'],
    monokle: ['KBP100'],
  },
  options: {
    capabilities: {
      type: 'strings',
      describe: 'Capabilities that count as dangerous, without CAP_.',
      default: dangerousCapabilities,
    },
    strict: { type: 'boolean', describe: 'Count SETPCAP as dangerous, too.', default: false },
  },
  run(container, context) {
    const added = addedCapabilities(container);
    if (added.length === 0) return;
    const dangerous = new Set(textOption(context.options.capabilities).map(capabilityName));
    if (context.options.strict === true) dangerous.add('SETPCAP');
    if (
      hostPathsOf(container.pod).some(
        (volume) => volume.hostPath !== '' && (isWithin(volume.hostPath, '/dev') || volume.hostPath === '/'),
      )
    )
      dangerous.add('MKNOD');
    let found: Gathered;
    for (const { name, at, about } of added)
      if (dangerous.has(name))
        found = and(found, {
          at,
          message: `${Label(container)} adds the capability ${name}, a way to take over the node.`,
          about,
          fix: {
            description: `Remove ${name} from capabilities.add.`,
            edits: [{ op: 'remove', path: at }],
            risky: true,
          },
        });
    return found;
  },
});
