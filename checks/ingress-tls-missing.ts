import {
  absent,
  and,
  annotationsOf,
  below,
  defineCheck,
  dig,
  type Gathered,
  hostCovered,
  ingressRules,
  labelOf,
  list,
  map,
  spec,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'ingress-tls-missing',
  title: 'Ingress serves plain HTTP',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'Requests, cookies and passwords for that host travel in the clear and can be read and changed on the way.',
  remedy: 'Add spec.tls with the host and a secret.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040', 'T1557'] },
  peers: {
    polaris: ['tlsSettingsMissing'],
    kubescape: ['C-0263'],
    kyverno: ['other/require-ingress-https', 'other/ingress-host-match-tls'],
  },
  run(ingress) {
    if (annotationsOf(ingress).some(({ key, value }) => terminators.has(key) && value !== '')) return;
    const entries = list(map(spec(ingress)).tls);
    let found: Gathered;
    if (entries.length === 0) {
      found = and(found, { at: ['spec', 'tls'], message: `${labelOf(ingress)} has no TLS.` });
      return found;
    }
    const hosts = entries.flatMap((entry) => strings(dig(entry, 'hosts')));
    const forAny = entries.find((entry) => list(dig(entry, 'hosts')).length === 0);
    for (const { host, at } of ingressRules(ingress)) {
      if (host === '' || hosts.some((pattern) => hostCovered(host, pattern))) continue;
      found = and(
        found,
        forAny !== undefined
          ? {
              at: below(at, 'host'),
              message: absent(dig(forAny, 'secretName'))
                ? `${labelOf(ingress)} leaves the certificate of host "${host}" to the controller's default.`
                : `${labelOf(ingress)} does not say that its certificate is for host "${host}".`,
              severity: 'info',
            }
          : { at: below(at, 'host'), message: `${labelOf(ingress)} has no TLS for host "${host}".` },
      );
    }
    return found;
  },
});

/** Annotations by which a load balancer in front ends TLS with a certificate of its own. */
const terminators = new Set([
  'alb.ingress.kubernetes.io/certificate-arn',
  'networking.gke.io/managed-certificates',
  'ingress.gcp.kubernetes.io/pre-shared-cert',
]);
