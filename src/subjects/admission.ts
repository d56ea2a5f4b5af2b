import type { Json, Path, Resource } from '../model.ts';
import { dig, isMap, list, str, strings } from './values.ts';

export const webhookKinds = [
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
];

/** One webhook of a configuration. */
export interface Webhook {
  path: Path;
  name: string;
  spec: Json;
  /** Unset is Fail in v1; v1beta1 had Ignore. */
  failurePolicy: string;
}

export function webhooksOf(resource: Resource): Webhook[] {
  const unset = resource.apiVersion.endsWith('/v1beta1') ? 'Ignore' : 'Fail';
  return list(resource.manifest.webhooks).flatMap((spec, index) =>
    isMap(spec)
      ? [
          {
            path: ['webhooks', index],
            name: str(spec.name) ?? `number ${index + 1}`,
            spec,
            failurePolicy: str(spec.failurePolicy) ?? unset,
          },
        ]
      : [],
  );
}

/** Whether a webhook is called for any of the resources (`group/resource`, the core group empty) on one of the operations. */
export function intercepts(webhook: Webhook, targets: readonly string[], operations: readonly string[]): boolean {
  return list(dig(webhook.spec, 'rules')).some((rule) => {
    const called = strings(dig(rule, 'operations'));
    if (!called.some((operation) => operation === '*' || operations.includes(operation))) return false;
    const groups = strings(dig(rule, 'apiGroups'));
    const resources = strings(dig(rule, 'resources'));
    return targets.some((target) => {
      const slash = target.indexOf('/');
      const group = target.slice(0, slash);
      const resource = target.slice(slash + 1);
      return (
        groups.some((one) => one === '*' || one === group) &&
        resources.some((one) => one === '*' || one === '*/*' || one === resource)
      );
    });
  });
}

/** The Service a webhook or aggregated API calls; undefined when it calls a URL. */
export function serviceOf(clientConfig: Json | undefined): { namespace: string; name: string } | undefined {
  const service = dig(clientConfig, 'service');
  const name = str(dig(service, 'name'));
  return name === undefined ? undefined : { name, namespace: str(dig(service, 'namespace')) ?? '' };
}
