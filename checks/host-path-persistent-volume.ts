import {
  and,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  isSensitivePath,
  isWithin,
  labelOf,
  normalPath,
  str,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'host-path-persistent-volume',
  title: 'PersistentVolume is backed by a node directory',
  category: 'storage',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['PersistentVolume'],
  why: "The data lies on one node: pods elsewhere see another directory, and pods that get the claim reach the node's files.",
  remedy: 'Use a CSI driver.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611'] },
  peers: { kyverno: ['other/limit-hostpath-type-pv'] },
  options: {
    'allowed-prefixes': {
      type: 'strings',
      describe: 'Directories of the node that may back volumes, with what lies below them.',
      default: [],
    },
  },
  run(resource, context) {
    const { spec } = resource.manifest;
    const name = labelOf(resource);
    let found: Gathered;
    if (isMap(dig(spec, 'hostPath'))) {
      const path = normalPath(str(dig(spec, 'hostPath', 'path')) ?? '/');
      if (textOption(context.options['allowed-prefixes']).some((prefix) => isWithin(path, normalPath(prefix))))
        return found;
      found = and(found, {
        at: ['spec', 'hostPath'],
        message: `${name} is the directory ${path} of a node.`,
        ...(isSensitivePath(path) ? { severity: 'high' as const } : {}),
      });
    }
    if (isMap(dig(spec, 'local')) && !isMap(dig(spec, 'nodeAffinity', 'required')))
      found = and(found, { at: ['spec', 'local'], message: `${name} is local to a node, but says not to which.` });
    return found;
  },
});
