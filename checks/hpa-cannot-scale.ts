import { defineCheck, int, labelOf, map, minReplicas, spec } from '../src/check.ts';

export default defineCheck({
  id: 'hpa-cannot-scale',
  title: 'Autoscaler minimum equals or exceeds maximum',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['HorizontalPodAutoscaler.autoscaling'],
  why: 'The workload keeps its size under load.',
  remedy: 'Raise maxReplicas.',
  peers: { polaris: ['hpaMaxAvailability'] },
  run(scaler) {
    const most = int(map(spec(scaler)).maxReplicas);
    const least = minReplicas(scaler);
    if (most === undefined || most > least) return;
    return {
      at: ['spec', 'maxReplicas'],
      message: `${labelOf(scaler)} cannot scale: it keeps at least ${least} and at most ${most}.`,
      ...(most === least ? { severity: 'low' } : {}),
    };
  },
});
