import { and, below, defineCheck, type Gathered, labelOf, labelValue, map, podsOf } from '../src/check.ts';

export default defineCheck({
  id: 'mesh-port-bypass',
  title: 'Ports bypass the mesh proxy',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Workload', 'Namespace'],
  why: 'Traffic on those ports goes around the proxy: in the clear, unseen, and past every authorization rule.',
  remedy: 'Remove the exclusion or document it.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'], mitre: ['T1040'] },
  peers: { kyverno: ['linkerd/prevent-linkerd-port-skipping'] },
  run(resource) {
    const holders =
      resource.kind === 'Namespace'
        ? [{ metadata: map(resource.manifest.metadata), metadataPath: ['metadata'] }]
        : podsOf(resource);
    let found: Gathered;
    for (const { metadata, metadataPath } of holders)
      for (const [key, value] of Object.entries(map(metadata.annotations)))
        if (bypasses.has(key) && labelValue(value) !== '')
          found = and(found, {
            at: below(metadataPath, 'annotations', key),
            message: `${labelOf(resource)} takes traffic out of the mesh through ${key}.`,
          });
    return found;
  },
});

const bypasses = new Set([
  'config.linkerd.io/skip-inbound-ports',
  'config.linkerd.io/skip-outbound-ports',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/excludeOutboundPorts',
  'traffic.sidecar.istio.io/excludeOutboundIPRanges',
]);
