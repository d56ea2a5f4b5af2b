import { and, defineCheck, floats, type Gathered, imagesOf, printable } from '../src/check.ts';

export default defineCheck({
  id: 'image-tag-latest',
  title: 'Image has no tag or the latest tag',
  category: 'supply-chain',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'What runs changes without a change in Git: a node that pulls later runs another program, and a rollback brings nothing back.',
  remedy: 'Use an explicit version, best with a digest.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1525', 'T1195.002'] },
  peers: {
    checkov: ['CKV_K8S_14'],
    trivy: ['KSV-0013'],
    'kube-linter': ['latest-tag'],
    polaris: ['tagNotSpecified'],
    'kube-score': ['container-image-tag'],
    kubescape: ['C-0304'],
    kyverno: ['best-practices/disallow-latest-tag'],
    monokle: ['KBP001', 'KBP116'],
  },
  run(pod) {
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod)) {
      if (reference === '') found = and(found, { at, message: `${who} names no image.` });
      else if (floats(image))
        found = and(found, {
          at,
          message: `${who} uses the image ${printable(reference)} ${image.tag === undefined ? 'without a tag' : 'with the tag latest'}.`,
        });
    }
    return found;
  },
});
