import { defineCheck, dig, ingressClass, labelOf, matchesAny, printable, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-class-not-allowed',
  title: 'Ingress class is missing or not approved',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'Another controller than the one that was secured for this serves the hosts, or none does.',
  remedy: 'Set an approved class.',
  peers: { kyverno: ['other/restrict-ingress-classes'] },
  options: {
    allowed: { type: 'strings', describe: 'Classes that may be used; * matches any run of characters.', default: [] },
  },
  run(ingress, { options }) {
    const name = ingressClass(ingress);
    if (textOption(options.allowed).length === 0 || matchesAny(name, options.allowed)) return;
    return {
      at:
        name === '' || str(dig(ingress.manifest, 'spec', 'ingressClassName')) === name
          ? ['spec', 'ingressClassName']
          : ['metadata', 'annotations', 'kubernetes.io/ingress.class'],
      message:
        name === '' ? `${labelOf(ingress)} names no class.` : `${labelOf(ingress)} is of the class ${printable(name)}.`,
    };
  },
});
