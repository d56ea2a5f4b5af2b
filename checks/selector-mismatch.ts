import { defineCheck, dig, equalitySelector, labelOf, labelSelector, map, selects, spec } from '../src/check.ts';

export default defineCheck({
  id: 'selector-mismatch',
  title: 'Selector does not match the template labels',
  category: 'reliability',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: [
    'Deployment.apps',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'ReplicationController',
    'Job.batch',
  ],
  why: 'The API refuses the object, so that the change never gets into the cluster.',
  remedy: 'Align labels and selector.',
  peers: {
    'kube-linter': ['mismatching-selector'],
    'kube-score': [
      'deployment-pod-selector-labels-match-template-metadata-labels',
      'statefulset-pod-selector-labels-match-template-metadata-labels',
    ],
    kubescape: ['C-0296'],
  },
  run(resource) {
    const { selector, template } = map(spec(resource));
    const at = ['spec', 'selector'];
    const plain = resource.kind === 'ReplicationController';
    const wanted = plain ? equalitySelector(selector) : labelSelector(selector);
    if (wanted === undefined || wanted.requirements.length === 0) {
      if (plain || resource.kind === 'Job' || defaultsSelector.has(resource.apiVersion)) return;
      return { at, message: `${labelOf(resource)} has no selector.` };
    }
    if (selects(wanted, map(dig(template, 'metadata', 'labels')))) return;
    return { at, message: `The selector of ${labelOf(resource)} does not select its own pod template.` };
  },
});

/** Versions of the API that took a missing selector from the template's labels. */
const defaultsSelector = new Set(['extensions/v1beta1', 'apps/v1beta1']);
