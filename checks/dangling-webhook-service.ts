import {
  below,
  defineCheck,
  dig,
  externalOption,
  isExternal,
  labelOf,
  serviceOf,
  unlessHidden,
  webhookKinds,
  webhooksOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-webhook-service',
  title: 'Webhook or APIService points at a missing Service',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'A fail-closed webhook that nobody answers stops the cluster, and whoever creates the Service later answers for it.',
  remedy: 'Correct the reference.',
  options: {
    ...externalOption,
  },
  *run(set, context) {
    const references = [
      ...set.ofKind(...webhookKinds).flatMap((resource) =>
        webhooksOf(resource).map(({ path, spec }) => ({
          resource,
          at: below(path, 'clientConfig', 'service'),
          service: serviceOf(dig(spec, 'clientConfig')),
        })),
      ),
      ...set
        .ofKind('APIService.apiregistration.k8s.io')
        .map((resource) => ({ resource, at: ['spec', 'service'], service: serviceOf(resource.manifest.spec) })),
    ];
    for (const { resource, at, service } of references) {
      if (service === undefined || isExternal(context.options, service.namespace, service.name)) continue;
      // A Service whose namespace nobody says may come to stand in this one.
      if ([service.namespace, ''].some((namespace) => set.find('Service', namespace, service.name).length > 0))
        continue;
      const place = service.namespace === '' ? '' : `${service.namespace}/`;
      yield {
        resource,
        at: below(at, 'name'),
        message: `${labelOf(resource)} calls Service ${place}${service.name}, which is not in these manifests.`,
        ...unlessHidden(set),
      };
    }
  },
});
