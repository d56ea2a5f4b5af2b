import { and, defineCheck, type Gathered, imagesOf, printable, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'image-floating-tag',
  title: 'Image uses a moving channel tag',
  category: 'supply-chain',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'What runs changes without a change of the manifest, and no rollback brings the old program back.',
  remedy: 'Pin the full version or a digest.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1525'] },
  peers: { kubescape: ['C-0304'] },
  suppressedBy: ['image-tag-latest'],
  options: {
    tags: {
      type: 'strings',
      describe: 'Tags that move.',
      default: [
        ...[
          'stable',
          'edge',
          'main',
          'master',
          'dev',
          'develop',
          'nightly',
          'canary',
          'rolling',
          'lts',
          'release',
          'prod',
        ],
        'current',
      ],
    },
    strict: { type: 'boolean', describe: 'Also report versions without a patch number.', default: false },
  },
  run(pod, { options }) {
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod)) {
      if (image.digest !== undefined || image.tag === undefined) continue;
      const bare = options.strict === true && /^v?\d+(\.\d+)?$/.test(image.tag);
      if (!bare && !textOption(options.tags).includes(image.tag)) continue;
      found = and(found, { at, message: `${who} uses the image ${printable(reference)}, whose tag moves.` });
    }
    return found;
  },
});
