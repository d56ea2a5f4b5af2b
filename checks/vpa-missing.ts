import { defineCheck, dig, labelOf, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'vpa-missing',
  title: 'No VerticalPodAutoscaler for the workload',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Nobody learns from the real use how much the containers need.',
  remedy: 'Add a VPA in recommendation mode.',
  peers: { kyverno: ['other/check-vpa-configuration'] },
  *run(set) {
    const targets = new Set(
      set.ofKind('VerticalPodAutoscaler').map((vpa) => {
        const target = dig(vpa.manifest, 'spec', 'targetRef');
        return JSON.stringify([vpa.namespace, dig(target, 'kind') ?? null, dig(target, 'name') ?? null]);
      }),
    );
    for (const resource of set.ofKind('Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps'))
      if (!targets.has(JSON.stringify([resource.namespace, resource.kind, resource.name])))
        yield {
          resource,
          at: ['metadata', 'name'],
          message: `${labelOf(resource)} has no VerticalPodAutoscaler.`,
          ...unlessPartial(set),
        };
  },
});
