import { below, defineCheck, imageOf, Label, pullPolicyOf } from '../src/check.ts';

export default defineCheck({
  id: 'image-pull-policy-not-always',
  title: 'imagePullPolicy is not Always',
  category: 'supply-chain',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'The node may start an image that it has kept, without asking whether the pod may pull it and whether it has changed.',
  remedy: 'Set imagePullPolicy Always or pin a digest.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], cis: ['5.5.1'], mitre: ['T1525'] },
  peers: {
    checkov: ['CKV_K8S_15'],
    'kube-linter': ['template:image-pull-policy'],
    polaris: ['pullPolicyNotAlways'],
    'kube-score': ['container-image-pull-policy'],
    kyverno: ['other/always-pull-images'],
  },
  suppressedBy: ['image-pull-policy-latest-not-always'],
  run(container) {
    const image = imageOf(container);
    const policy = pullPolicyOf(container, image);
    if (container.list === 'ephemeralContainers' || policy === 'Always') return;
    if (image.digest !== undefined && policy !== 'Never') return;
    const at = below(container.path, 'imagePullPolicy');
    return {
      at,
      message: `${Label(container)} has the pull policy ${policy}, not Always.`,
      fix: { description: 'Set imagePullPolicy to Always.', edits: [{ op: 'set', path: at, value: 'Always' }] },
    };
  },
});
