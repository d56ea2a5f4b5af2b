import { below, defineCheck, dig, imagesOf, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'kubernetes-dashboard-deployed',
  title: 'Kubernetes Dashboard is deployed',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The dashboard acts with its own service account; reachable without a login, it gives its rights to anyone who finds it.',
  remedy: 'Remove the dashboard or restrict it to authenticated, read-only access.',
  standards: { nsa: ['Authentication and authorization: authentication'], mitre: ['T1133', 'T1613'] },
  peers: { checkov: ['CKV_K8S_33'] },
  run(pod) {
    const image = imagesOf(pod).find(({ image }) =>
      /kubernetes-dashboard|kubernetesui\/dashboard/.test(image.repository),
    );
    const label = ['app', 'k8s-app'].find((key) => dig(pod.metadata, 'labels', key) === 'kubernetes-dashboard');
    const at = image?.at ?? (label === undefined ? undefined : below(pod.metadataPath, 'labels', label));
    if (at !== undefined) return { at, message: `${ownerLabel(pod)} runs the Kubernetes Dashboard.` };
  },
});
