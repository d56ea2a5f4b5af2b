import {
  and,
  below,
  defineCheck,
  dig,
  type Fix,
  type Gathered,
  hostPathsOf,
  Label,
  mountsFor,
  type MountSubject,
  type Path,
} from '../src/check.ts';

export default defineCheck({
  id: 'writable-host-path',
  title: 'hostPath volume is mounted read-write',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'What the container writes there changes the node: a program or unit file placed well is run by root.',
  remedy: 'Set readOnly true on the mount, or replace the hostPath.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611', 'T1543.005'] },
  peers: { 'kube-linter': ['writable-host-mount'], kubescape: ['C-0045'], kyverno: ['other/ensure-readonly-hostpath'] },
  suppressedBy: ['container-runtime-socket-mount'],
  run(pod) {
    let found: Gathered;
    for (const volume of hostPathsOf(pod))
      for (const mount of mountsFor(pod, volume)) {
        if (mount.spec.readOnly === true) continue;
        const at = below(mount.path, 'readOnly');
        found = and(found, {
          at,
          message: `${Label(mount.container)} may write to ${volume.hostPath || 'a directory'} of the node at ${mount.mountPath || 'an unnamed path'}.`,
          about: volume.about,
          ...(isWritten(mount) ? { fix: fixAt(at) } : {}),
        });
      }
    return found;
  },
});

/** A mount that a step template brings does not stand in the step. */
function isWritten({ container, path }: MountSubject): boolean {
  return dig(container.resource.manifest, ...path) !== undefined;
}

function fixAt(path: Path): Fix {
  return { description: 'Mount the volume read-only.', edits: [{ op: 'set', path, value: true }], risky: true };
}
