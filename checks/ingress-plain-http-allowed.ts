import { defineCheck, dig, ingressClass, labelOf, list, map, scalarText } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-plain-http-allowed',
  title: 'Ingress does not force HTTPS',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'Browsers that come over plain HTTP are served, or may be kept there by somebody on the way, although TLS is set up.',
  remedy: 'Disable HTTP or enable the redirect.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557'] },
  peers: { kyverno: ['other/require-ingress-https'] },
  run(ingress) {
    if (list(dig(ingress.manifest, 'spec', 'tls')).length === 0) return;
    const annotations = map(dig(ingress.manifest, 'metadata', 'annotations'));
    const nginx = ['ssl-redirect', 'force-ssl-redirect'].map((name) => `nginx.ingress.kubernetes.io/${name}`);
    const off = nginx.find((key) => scalarText(annotations[key]) === 'false');
    if (off !== undefined)
      return {
        at: ['metadata', 'annotations', off],
        message: `${labelOf(ingress)} serves plain HTTP beside TLS: ${off} is false.`,
      };
    else if (isGoogle(ingressClass(ingress)) && scalarText(annotations[allowHttp]) !== 'false')
      return {
        at: ['metadata', 'annotations', allowHttp],
        message: `${labelOf(ingress)} does not forbid plain HTTP beside TLS.`,
      };
  },
});

const allowHttp = 'kubernetes.io/ingress.allow-http';

/** Google's controller reads the annotation: it serves its own classes, and those Ingresses that name none. */
function isGoogle(name: string): boolean {
  return name === '' || /^gce(?:-|$)/.test(name);
}
