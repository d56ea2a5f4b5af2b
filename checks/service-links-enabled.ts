import { absent, defineCheck, isKind, isKnative, ownerLabel, type PodSubject } from '../src/check.ts';

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
    const links = pod.spec.enableServiceLinks;
    // Knative fills in false: https://knative.dev/docs/serving/configuration/config-defaults/
    if (links === false || !pod.settable || (absent(links) && isKnative(pod))) return;
    const at = pod.at('enableServiceLinks');
    const message = `${ownerLabel(pod)} gets the addresses of all Services as variables.`;
    if (isWorkflow(pod)) return { at, message };
    return {
      at,
      message,
      fix: {
        description: 'Set enableServiceLinks to false.',
        edits: [{ op: 'set', path: at, value: false }],
        risky: true,
      },
    };
  },
});

/** Workflows have no such field, and change what they do not have by a patch, which is text. */
function isWorkflow({ resource }: PodSubject): boolean {
  return resource.kind !== 'Rollout' && isKind(resource, ofArgo);
}

const ofArgo = ['*.argoproj.io'];
