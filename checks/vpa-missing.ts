import { defineCheck, dig, labelOf, str, unlessPartial } from '../src/check.ts';

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
        return keyOf(vpa.namespace, str(dig(target, 'kind')) ?? '', str(dig(target, 'name')) ?? '');
      }),
    );
    for (const resource of set.ofKind('Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps'))
      if (targets.size === 0 || !targets.has(keyOf(resource.namespace, resource.kind, resource.name)))
        yield {
          resource,
          at: ['metadata', 'name'],
          message: `${labelOf(resource)} has no VerticalPodAutoscaler.`,
          ...unlessPartial(set),
        };
  },
});

function keyOf(namespace: string, kind: string, name: string): string {
  return JSON.stringify([namespace, kind, name]);
}
