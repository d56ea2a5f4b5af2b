import { and, annotationsOf, defineCheck, type Gathered, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-nginx-snippet-annotation',
  title: 'ingress-nginx snippet annotation is used',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: "A snippet is configuration of the shared proxy: its author reads the controller's service account token and with it, by default, every Secret of the cluster.",
  remedy: 'Replace the snippet by dedicated annotations.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1059', 'T1552'] },
  peers: {
    checkov: ['CKV_K8S_153'],
    kyverno: [
      'nginx-ingress/disallow-ingress-nginx-custom-snippets',
      'other/check-ingress-nginx-controller-version-and-annotation-policy',
    ],
  },
  suppressedBy: ['ingress-nginx-annotation-injection'],
  run(ingress) {
    let found: Gathered;
    for (const { key, at } of annotationsOf(ingress))
      if (/^nginx\.ingress\.kubernetes\.io\/.*-snippet$/.test(key) || /^nginx\.org\/.*-snippets$/.test(key))
        found = and(found, { at, message: `${labelOf(ingress)} writes proxy configuration through ${key}.` });
    return found;
  },
});
