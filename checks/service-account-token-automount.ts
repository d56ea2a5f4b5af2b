import {
  absent,
  accountOf,
  defineCheck,
  dig,
  isBound,
  matchesAny,
  mountsToken,
  type PodSubject,
} from '../src/check.ts';

export default defineCheck({
  id: 'service-account-token-automount',
  title: 'Pod mounts a Kubernetes API token it may not need',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The token in the pod is a key to the API server: whoever takes the process over can use it, though the process never does.',
  remedy: 'Set automountServiceAccountToken false in the pod spec.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.6'],
    mitre: ['T1528'],
  },
  peers: {
    checkov: ['CKV_K8S_38'],
    trivy: ['KSV-0036'],
    polaris: ['automountServiceAccountToken'],
    kubescape: ['C-0034', 'C-0190'],
    kubesec: ['AutomountServiceAccountToken'],
    kyverno: ['other/restrict-automount-sa-token', 'other/remove-serviceaccount-token'],
    monokle: ['KBP106'],
  },
  options: {
    strict: { type: 'boolean', describe: 'Report pods whose service account is bound to a role, too.', default: false },
    'api-clients': {
      type: 'strings',
      describe: 'Names of service accounts that need their token; * matches any run of characters.',
      default: [],
    },
  },
  run(pod, context) {
    if (!pod.settable || !mountsToken(pod, context.set)) return;
    const bound = isBound(pod, context.set);
    const client = bound || matchesAny(accountOf(pod), context.options['api-clients']);
    if (client && context.options.strict !== true) return;
    const at = pod.at('automountServiceAccountToken');
    return {
      at,
      message: `The pod mounts the token of service account "${accountOf(pod)}"${bound ? '' : ', to which no role is bound here'}.`,
      ...(bound || reportsByToken(pod)
        ? {}
        : {
            fix: {
              description: 'Set automountServiceAccountToken to false.',
              edits: [{ op: 'set', path: at, value: false }],
            },
          }),
    };
  },
});

/** A workflow's pod reports its results with the token, unless the executor has an account of its own. */
function reportsByToken({ resource, spec }: PodSubject): boolean {
  return resource.kind.includes('Workflow') && absent(dig(spec, 'executor', 'serviceAccountName'));
}
