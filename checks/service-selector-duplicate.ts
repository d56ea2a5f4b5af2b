import {
  canMeet,
  defineCheck,
  dig,
  groupBy,
  hasSelector,
  labelOf,
  labelValue,
  map,
  type Resource,
  serviceType,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'service-selector-duplicate',
  title: 'Two Services have the same selector',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Two Services for the same pods: traffic that is to be split, or cut off at one of them, still comes by the other.',
  remedy: 'Make the selectors distinct.',
  peers: { kyverno: ['other/require-unique-service-selector'] },
  *run(set) {
    const switched = new Set(set.ofKind('Rollout.argoproj.io').flatMap((rollout) => servicesOfRollout(rollout)));
    const services = set
      .ofKind('Service')
      .filter(
        (service) =>
          hasSelector(service) &&
          serviceType(service) !== 'ExternalName' &&
          !switched.has(`${service.namespace}/${service.name}`),
      );
    for (const alike of groupBy(services, keyOf).values())
      for (const [index, resource] of alike.entries()) {
        const first = alike.slice(0, index).find((one) => canMeet(set, one, resource));
        if (first !== undefined)
          yield {
            resource,
            at: ['spec', 'selector'],
            message: `${labelOf(resource)} selects the same pods as ${labelOf(first)}.`,
          };
      }
  },
});

/** Services of one namespace with one selector; a headless one may stand beside a normal one. */
function keyOf(service: Resource): string {
  const selector = Object.entries(map(dig(service.manifest, 'spec', 'selector')))
    .map(([key, value]) => `${key}=${labelValue(value)}`)
    .sort();
  const headless = dig(service.manifest, 'spec', 'clusterIP') === 'None';
  return JSON.stringify([service.namespace, headless, selector]);
}

/** Services whose selectors a Rollout sets apart while it runs. */
function servicesOfRollout(rollout: Resource): string[] {
  const strategy = dig(rollout.manifest, 'spec', 'strategy');
  return [
    ['blueGreen', 'activeService'],
    ['blueGreen', 'previewService'],
    ['canary', 'stableService'],
    ['canary', 'canaryService'],
  ].flatMap((path) => {
    const name = str(dig(strategy, ...path));
    return name === undefined ? [] : [`${rollout.namespace}/${name}`];
  });
}
