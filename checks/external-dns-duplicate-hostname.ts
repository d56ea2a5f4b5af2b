import { annotationsOf, canMeet, defineCheck, groupBy, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'external-dns-duplicate-hostname',
  title: 'Two objects request the same DNS name',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'ExternalDNS writes one of the two addresses and may change its mind, so requests reach the wrong application.',
  remedy: 'Give each object its own name.',
  peers: { kyverno: ['other/require-unique-external-dns'] },
  *run(set) {
    const claims = set.ofKind('Service', 'Ingress.networking.k8s.io').flatMap((resource) => {
      const annotations = annotationsOf(resource);
      // With an identifier several records for one name are meant: weighted or by region.
      if (annotations.some(({ key }) => key === `${prefix}set-identifier`)) return [];
      return annotations
        .filter(({ key }) => key === `${prefix}hostname`)
        .flatMap(({ value, at }) =>
          value.split(',').map((name) => ({ resource, at, name: name.trim().toLowerCase().replace(/\.$/, '') })),
        );
    });
    for (const same of groupBy(claims, ({ name }) => name || undefined).values())
      for (const [index, { resource, at, name }] of same.entries()) {
        const first = same
          .slice(0, index)
          .find((one) => one.resource !== resource && canMeet(set, one.resource, resource));
        if (first !== undefined)
          yield {
            resource,
            at,
            message: `${labelOf(resource)} asks for the DNS name ${name}, as ${labelOf(first.resource)} does.`,
          };
      }
  },
});

const prefix = 'external-dns.alpha.kubernetes.io/';
