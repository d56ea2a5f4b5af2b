import { addedCapabilities, below, defineCheck, dig, droppedCapabilities, Label, list } from '../src/check.ts';

export default defineCheck({
  id: 'net-raw-not-dropped',
  title: 'NET_RAW capability is kept',
  category: 'pod-security',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: "NET_RAW lets a process forge packets and answer for other pods on the node's network.",
  remedy: 'Add NET_RAW (better ALL) to capabilities.drop.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.2.8'], mitre: ['T1040', 'T1557'] },
  peers: {
    checkov: ['CKV_K8S_28'],
    'kube-linter': ['drop-net-raw-capability'],
    kubescape: ['C-0199', 'C-0211'],
    kyverno: ['best-practices/require-drop-cap-net-raw'],
  },
  suppressedBy: ['capabilities-not-dropped'],
  run(container) {
    if (container.pod.windows) return;
    const readded = addedCapabilities(container).find((capability) => capability.name === 'NET_RAW');
    if (readded !== undefined) {
      return { at: readded.at, message: `${Label(container)} adds the capability NET_RAW.` };
    }
    const dropped = droppedCapabilities(container);
    if (dropped.includes('ALL') || dropped.includes('NET_RAW')) return;
    const at = below(container.path, 'securityContext', 'capabilities', 'drop');
    const kept = list(dig(container.spec, 'securityContext', 'capabilities', 'drop'));
    return {
      at,
      message: `${Label(container)} keeps the capability NET_RAW.`,
      fix: {
        description: 'Add NET_RAW to capabilities.drop.',
        edits: [{ op: 'set', path: at, value: [...kept, 'NET_RAW'] }],
        risky: true,
      },
    };
  },
});
