import { defineCheck, list, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'ephemeral-container-in-manifest',
  title: 'Manifest declares ephemeral containers',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The API drops or rejects ephemeral containers in a manifest: the rollout fails, or a leftover of a debug session is kept for nothing.',
  remedy: 'Delete ephemeralContainers from the manifest.',
  standards: { mitre: ['T1609'] },
  peers: { kyverno: ['other/block-ephemeral-containers'] },
  run(pod) {
    if (list(pod.spec.ephemeralContainers).length === 0) return;
    const at = pod.at('ephemeralContainers');
    return {
      at,
      message: `${ownerLabel(pod)} declares ephemeral containers in its manifest.`,
      fix: { description: 'Delete ephemeralContainers.', edits: [{ op: 'remove', path: at }] },
    };
  },
});
