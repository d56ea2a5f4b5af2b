import {
  and,
  bundleOf,
  defineCheck,
  dig,
  type Gathered,
  imagesOf,
  isBelowAny,
  isParameter,
  labelOf,
  parseImage,
  podsOf,
  printable,
  type Resource,
  str,
  tektonReferences,
  textOption,
  type UsedImage,
} from '../src/check.ts';

export default defineCheck({
  id: 'image-registry-not-allowed',
  title: 'Image comes from a registry outside the allow-list',
  category: 'supply-chain',
  severity: 'medium',
  default: 'off',
  on: 'resource',
  kinds: [
    'Workload',
    'Pipeline.tekton.dev',
    'ImageRepository.image.toolkit.fluxcd.io',
    'OCIRepository.source.toolkit.fluxcd.io',
  ],
  why: 'Images from elsewhere were neither scanned nor approved, and whoever owns that registry decides what runs here.',
  remedy: 'Mirror the image into an approved registry.',
  standards: {
    nsa: ['Kubernetes Pod security: building secure container images'],
    cis: ['5.5.1'],
    mitre: ['T1195.002', 'T1525'],
  },
  peers: {
    trivy: ['KSV-0125', 'KSV-0032', 'KSV-0033', 'KSV-0035'],
    'kube-linter': ['template:latest-tag'],
    kubescape: ['C-0078', 'C-0304'],
    kyverno: [
      'best-practices/restrict-image-registries',
      'other/advanced-restrict-image-registries',
      'other/allowed-image-repos',
      'other/replace-image-registry',
      'other/prepend-image-registry',
      'other/replace-image-registry-with-harbor',
    ],
  },
  options: {
    allowed: {
      type: 'strings',
      describe:
        'Registries (host, or host/path with what lies below) that images may come from; NAMESPACE=host/path for one namespace alone.',
      default: [],
    },
  },
  run(resource, context) {
    const allowed = textOption(context.options.allowed).flatMap((entry) => {
      const [, namespace, place = ''] = /^(?:([^=]*)=)?(.*)$/.exec(entry) ?? [];
      return namespace === undefined || namespace === resource.namespace ? [place] : [];
    });
    if (textOption(context.options.allowed).length === 0) return;
    let found: Gathered;
    for (const { reference, image, at, who } of references(resource))
      if (reference !== '' && !isBelowAny(image, allowed))
        found = and(found, {
          at,
          message: `${who} uses the image ${printable(reference)} from ${isParameter(reference.split('/', 1)[0] ?? '') ? 'a registry that is not written here' : `${image.registry}, which is not allowed`}.`,
        });
    return found;
  },
});

type Used = Pick<UsedImage, 'reference' | 'image' | 'at' | 'who'>;

function references(resource: Resource): Used[] {
  const field = { ImageRepository: 'image', OCIRepository: 'url' }[resource.kind];
  const who = labelOf(resource);
  if (field === undefined) {
    const used: Used[] = podsOf(resource).flatMap(imagesOf);
    if (resource.apiVersion.startsWith('tekton.dev/'))
      for (const one of tektonReferences(resource.manifest.spec)) {
        const bundle = bundleOf(one);
        if (bundle !== undefined) used.push({ ...bundle, image: parseImage(bundle.reference), who });
      }
    return used;
  }
  const reference = (str(dig(resource.manifest, 'spec', field)) ?? '').replace(/^oci:\/\//, '');
  return [{ reference, image: parseImage(reference), at: ['spec', field], who }];
}
