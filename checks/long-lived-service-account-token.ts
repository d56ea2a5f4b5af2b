import { and, defineCheck, dig, type Gathered, labelOf, list, str } from '../src/check.ts';

export default defineCheck({
  id: 'long-lived-service-account-token',
  title: 'Non-expiring service account token is created',
  category: 'secrets',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Secret', 'ServiceAccount'],
  why: "The token never expires: once it has leaked, whoever has it keeps the service account's rights until somebody deletes it.",
  remedy: 'Use the TokenRequest API or projected tokens with expiry.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.6'],
    mitre: ['T1528', 'T1078'],
  },
  peers: { kyverno: ['other/deny-secret-service-account-token-type', 'other/check-serviceaccount-secrets'] },
  run(resource, context) {
    let found: Gathered;
    if (resource.kind === 'Secret') {
      if (resource.manifest.type === tokenType)
        found = and(found, {
          at: ['type'],
          message: `${labelOf(resource)} is a service account token without an end.`,
        });
      return found;
    }
    const secrets = context.set.ofKind('Secret');
    for (const [index, entry] of list(resource.manifest.secrets).entries()) {
      const name = str(dig(entry, 'name')) ?? '';
      const known = secrets.find((secret) => secret.name === name && secret.namespace === resource.namespace);
      if (known === undefined ? /(?:^|-)token(?:-|$)/.test(name) : known.manifest.type === tokenType)
        found = and(found, {
          at: ['secrets', index],
          message: `${labelOf(resource)} refers to the token Secret "${name}".`,
        });
    }
    return found;
  },
});

const tokenType = 'kubernetes.io/service-account-token';
