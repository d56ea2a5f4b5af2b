import { defineCheck, labelOf, labelValue, list, map } from '../src/check.ts';

export default defineCheck({
  id: 'naked-pod',
  title: 'Pod is not managed by a controller',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Pod'],
  why: 'Nothing brings the pod back when its node fails or it is evicted.',
  remedy: 'Use a Deployment, Job or StatefulSet.',
  peers: { kubescape: ['C-0073'], kyverno: ['other/prevent-bare-pods', 'cleanup/cleanup-bare-pods'] },
  run(pod) {
    const metadata = map(pod.manifest.metadata);
    const annotations = map(metadata.annotations);
    const labels = map(metadata.labels);
    if (list(metadata.ownerReferences).length > 0) return;
    if ('kubernetes.io/config.source' in annotations || 'kubernetes.io/config.mirror' in annotations) return;
    if (labels.tier === 'control-plane') return;
    if (labelValue(annotations['helm.sh/hook']).includes('test')) return;
    if ('argocd.argoproj.io/hook' in annotations) return;
    return { at: ['kind'], message: `${labelOf(pod)} has no controller.` };
  },
});
