import {
  and,
  defineCheck,
  type Gathered,
  imagesOf,
  isBelowAny,
  isParameter,
  printable,
  publicRegistries,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'image-public-registry',
  title: 'Image is pulled from a public registry',
  category: 'supply-chain',
  severity: 'medium',
  default: 'off',
  on: 'pod',
  why: 'The image can vanish, be rate-limited or be replaced by whoever takes over the account, and nobody here scanned it.',
  remedy: 'Pull through a private mirror or registry with scanning.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1195.002', 'T1204.003'] },
  peers: { trivy: ['KSV-0034'], kubescape: ['C-0001'] },
  suppressedBy: ['image-registry-not-allowed', 'image-deprecated-registry'],
  options: {
    registries: {
      type: 'strings',
      describe: 'Registries (host, or host/path with what lies below) that count as public.',
      default: publicRegistries,
    },
  },
  run(pod, context) {
    const registries = textOption(context.options.registries);
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod))
      if (reference !== '' && isBelowAny(image, registries) && !isParameter(reference.split('/', 1)[0] ?? ''))
        found = and(found, {
          at,
          message: `${who} pulls ${printable(reference)} from the public registry ${image.registry}.`,
        });
    return found;
  },
});
