import { absent, below, defineCheck, map, ownerLabel, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'image-source-annotation-missing',
  title: 'Workload lacks source and revision metadata',
  category: 'supply-chain',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'When something is wrong with what runs, nobody can tell from the pod which source and which commit it was built from.',
  remedy: 'Let CI write the annotations.',
  options: {
    annotations: {
      type: 'strings',
      describe: 'Annotations that the pod, or the pod template, must have.',
      default: ['org.opencontainers.image.source', 'org.opencontainers.image.revision'],
    },
  },
  run(pod, { options }) {
    if (!pod.settable) return;
    const there = map(pod.metadata.annotations);
    const missing = textOption(options.annotations).filter((key) => absent(there[key]) || there[key] === '');
    if (missing.length > 0)
      return {
        at: below(pod.metadataPath, 'annotations'),
        message: `${ownerLabel(pod)} lacks the annotations ${missing.join(', ')}.`,
      };
  },
});
