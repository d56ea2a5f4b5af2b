import { and, below, defineCheck, type Gathered, Label, mountsOf } from '../src/check.ts';

export default defineCheck({
  id: 'bidirectional-mount-propagation',
  title: 'Volume mount propagates back to the node',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: 'What the container mounts appears on the node and in other pods, so it can put its own files over theirs.',
  remedy: 'Use None or HostToContainer.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611'] },
  peers: { monokle: ['KBP115'] },
  run(container) {
    let found: Gathered;
    for (const mount of mountsOf(container)) {
      if (mount.spec.mountPropagation !== 'Bidirectional') continue;
      const at = below(mount.path, 'mountPropagation');
      found = and(found, {
        at,
        message: `${Label(container)} propagates its mounts at ${mount.mountPath || 'an unnamed path'} to the node.`,
        fix: {
          description: 'Set mountPropagation to HostToContainer.',
          edits: [{ op: 'set', path: at, value: 'HostToContainer' }],
          risky: true,
        },
      });
    }
    return found;
  },
});
