import { defineCheck, labelOf, minReplicas, numberOption } from '../src/check.ts';

export default defineCheck({
  id: 'hpa-min-replicas-too-low',
  title: 'Autoscaler minimum is too low',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['HorizontalPodAutoscaler.autoscaling'],
  why: 'When there is little to do the autoscaler leaves a single pod, and its loss is an outage.',
  remedy: 'Raise minReplicas.',
  peers: {
    'kube-linter': ['hpa-minimum-three-replicas'],
    polaris: ['hpaMinAvailability'],
    'kube-score': ['horizontalpodautoscaler-replicas'],
  },
  options: { minimum: { type: 'number', describe: 'Fewest replicas that are enough.', default: 2, min: 1 } },
  run(scaler, { options }) {
    const least = minReplicas(scaler);
    if (least >= numberOption(options, 'minimum')) return;
    return { at: ['spec', 'minReplicas'], message: `${labelOf(scaler)} scales down to ${least}.` };
  },
});
