import {
  accountAt,
  accountOf,
  bindingsOfPod,
  defineCheck,
  labelOf,
  mountsToken,
  ownerLabel,
  projectsToken,
} from '../src/check.ts';

export default defineCheck({
  id: 'workload-bound-service-account',
  title: 'Workload holds a token with bound permissions',
  category: 'rbac',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'The token in the pod opens what the account may do; the list shows which pods hold such a token.',
  remedy: 'Review whether the permissions are needed.',
  standards: { nsa: ['Kubernetes Pod security: protecting Pod service account tokens'], mitre: ['T1528'] },
  peers: { kubescape: ['C-0053', 'C-0261'] },
  suppressedBy: ['workload-takeover-service-account', 'workload-admin-service-account'],
  run(pod, { set }) {
    if (!pod.settable || (!mountsToken(pod, set) && !projectsToken(pod))) return;
    const bindings = bindingsOfPod(pod, set);
    const [first] = bindings;
    if (first === undefined) return;
    const more = bindings.length > 1 ? ` and ${bindings.length - 1} more` : '';
    return {
      at: accountAt(pod),
      message: `${ownerLabel(pod)} holds the token of service account "${accountOf(pod)}", bound by ${labelOf(first.resource)}${more}.`,
    };
  },
});
