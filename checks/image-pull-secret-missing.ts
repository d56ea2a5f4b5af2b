import {
  accountObject,
  and,
  defineCheck,
  type Gathered,
  imagesOf,
  isBelowAny,
  isParameter,
  list,
  printable,
  publicRegistries,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'image-pull-secret-missing',
  title: 'Private image without pull credentials',
  category: 'supply-chain',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Nodes that hold no credential of their own cannot pull the image, so the pod does not start there.',
  remedy: 'Reference an imagePullSecret.',
  peers: {
    kyverno: [
      'other/require-imagepullsecrets',
      'other/add-imagepullsecrets',
      'other/add-imagepullsecrets-for-containers-and-initcontainers',
    ],
  },
  options: {
    public: {
      type: 'strings',
      describe: 'Registries (host or host/path) that ask for no credential.',
      default: [...publicRegistries, 'registry.k8s.io'],
    },
  },
  run(pod, { options, set }) {
    const account = accountObject(pod, set);
    if (list(pod.spec.imagePullSecrets).length > 0 || list(account?.manifest.imagePullSecrets).length > 0) return;
    const open = textOption(options.public);
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod))
      if (reference !== '' && !isParameter(image.registry) && !isBelowAny(image, open))
        found = and(found, { at, message: `${who} pulls ${printable(reference)} without an imagePullSecret.` });
    return found;
  },
});
