import { defineCheck, type Fix, isKind, ownerLabel, type PodSubject } from '../src/check.ts';

export default defineCheck({
  id: 'service-links-enabled',
  title: 'Service environment variables are injected',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'The address of every Service of the namespace is put into the environment of every container: a map for whoever gets in, and a slow start where there are many.',
  remedy: 'Set enableServiceLinks false.',
  standards: { mitre: ['T1613'] },
  peers: { kyverno: ['other/disable-service-discovery'] },
  run(pod) {
    // Knative fills in false: https://knative.dev/docs/serving/configuration/config-defaults/
    const preset = !isKind(pod.resource, ['Service.serving.knative.dev']);
    if ((pod.spec.enableServiceLinks ?? preset) === false || !pod.settable) return;
    const at = pod.at('enableServiceLinks');
    const fix: Fix = {
      description: 'Set enableServiceLinks to false.',
      edits: [{ op: 'set', path: at, value: false }],
      risky: true,
    };
    return {
      at,
      message: `${ownerLabel(pod)} gets the addresses of all Services as variables.`,
      ...(isWorkflow(pod) ? {} : { fix }),
    };
  },
});

/** Workflows have no such field, and change what they do not have by a patch, which is text. */
function isWorkflow({ resource }: PodSubject): boolean {
  return isKind(resource, ['*.argoproj.io']) && resource.kind !== 'Rollout';
}
