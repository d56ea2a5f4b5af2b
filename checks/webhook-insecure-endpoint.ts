import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  type Json,
  map,
  matchesAny,
  type Path,
  type Resource,
  serviceOf,
  str,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

const injectors = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'cert-manager.io/inject-apiserver-ca',
  'service.beta.openshift.io/inject-cabundle',
];

/** Where a definition names the webhook that converts its objects: in v1, and in v1beta1. */
const conversions = [
  ['spec', 'conversion', 'webhook', 'clientConfig'],
  ['spec', 'conversion', 'webhookClientConfig'],
];

function clientConfigs(resource: Resource): { at: Path; config: Json | undefined }[] {
  if (resource.kind === 'CustomResourceDefinition')
    return conversions.map((at) => ({ at, config: dig(resource.manifest, ...at) }));
  return webhooksOf(resource).map(({ path, spec }) => ({
    at: below(path, 'clientConfig'),
    config: dig(spec, 'clientConfig'),
  }));
}

/** The host that the API server calls, in lower case; undefined where it is not called over https. */
function httpsHost(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return /^https:\/\/([^/]+)/i.exec(url)?.[1];
  return parsed.protocol === 'https:' ? parsed.hostname : undefined;
}

export default defineCheck({
  id: 'webhook-insecure-endpoint',
  title: 'Webhook endpoint is outside the cluster or unauthenticated',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: [...webhookKinds, 'CustomResourceDefinition.apiextensions.k8s.io'],
  why: 'Every object it is asked about, Secrets included, leaves the cluster or can be read and changed on the way.',
  remedy: 'Use a Service reference with a CA bundle.',
  standards: { mitre: ['T1557'] },
  options: {
    hosts: {
      type: 'strings',
      describe: 'Hosts outside the cluster that may be called; * matches any run of characters.',
      default: [],
    },
  },
  run(resource, context) {
    const injected = Object.keys(map(dig(resource.manifest, 'metadata', 'annotations'))).some((key) =>
      injectors.includes(key),
    );
    let found: Gathered;
    for (const { at, config } of clientConfigs(resource)) {
      const url = str(dig(config, 'url'));
      if (url !== undefined) {
        const host = httpsHost(url);
        if (host === undefined)
          found = and(found, { at: below(at, 'url'), message: 'The webhook is not called over https.' });
        else if (!matchesAny(host, context.options.hosts))
          found = and(found, {
            at: below(at, 'url'),
            message: `The webhook is called at ${host} and not by a Service of the cluster.`,
          });
      } else if (serviceOf(config) !== undefined && (str(dig(config, 'caBundle')) ?? '') === '' && !injected)
        found = and(found, {
          at: below(at, 'caBundle'),
          message: 'Nothing says how the certificate of the webhook is verified.',
          severity: 'info',
        });
    }
    return found;
  },
});
