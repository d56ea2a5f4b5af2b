import { below, defineCheck, floats, imageOf, Label } from '../src/check.ts';

export default defineCheck({
  id: 'image-pull-policy-latest-not-always',
  title: 'latest image with a caching pull policy',
  category: 'supply-chain',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: 'Each node runs whatever it pulled first, so replicas of one pod run different programs.',
  remedy: 'Pin the tag, or set imagePullPolicy Always.',
  peers: { kubescape: ['C-0075'], kyverno: ['other/imagepullpolicy-always'] },
  run(container) {
    const image = imageOf(container);
    const policy = container.spec.imagePullPolicy;
    // Without any image the tag is no matter.
    if (image.path === '' || !floats(image) || (policy !== 'IfNotPresent' && policy !== 'Never')) return;
    const at = below(container.path, 'imagePullPolicy');
    return {
      at,
      message: `${Label(container)} combines a floating image tag with the pull policy ${policy}.`,
      fix: { description: 'Set imagePullPolicy to Always.', edits: [{ op: 'set', path: at, value: 'Always' }] },
    };
  },
});
