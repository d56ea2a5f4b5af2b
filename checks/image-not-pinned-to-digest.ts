import {
  and,
  defineCheck,
  type Gathered,
  imagesOf,
  isBelowAny,
  isFilledIn,
  printable,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'image-not-pinned-to-digest',
  title: 'Image is not pinned to a digest',
  category: 'supply-chain',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'Whoever can push to the registry can replace the image behind a tag; a digest always names the program that was reviewed.',
  remedy: 'Append the digest of the reviewed image.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1525', 'T1195.002'] },
  peers: {
    checkov: ['CKV_K8S_43'],
    kubescape: ['C-0306'],
    kyverno: ['other/require-image-checksum', 'other/resolve-image-to-digest'],
  },
  suppressedBy: ['image-tag-latest'],
  options: {
    exempt: {
      type: 'strings',
      describe: 'Repositories (host/path, with what lies below) that need no digest.',
      default: [],
    },
  },
  run(pod, context) {
    const exempt = textOption(context.options.exempt);
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod)) {
      if (reference === '' || isFilledIn(image) || isBelowAny(image, exempt)) continue;
      if (image.digest === undefined)
        found = and(found, { at, message: `${who} uses the image ${printable(reference)} without a digest.` });
      else if (!image.digestValid)
        found = and(found, {
          at,
          message: `${who} uses the image ${printable(reference)} with a malformed digest.`,
          severity: 'medium',
        });
    }
    return found;
  },
});
