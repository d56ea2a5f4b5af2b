import { defineCheck, effective, hasOwnUsers, int, Label } from '../src/check.ts';

export default defineCheck({
  id: 'run-as-low-uid',
  title: 'Container runs with a low or unknown user ID',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'A low user ID is likely a user of the node, too, whose files the process may then touch after an escape.',
  remedy: 'Set runAsUser to a value of 10000 or more that owns the needed files.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1611'] },
  peers: {
    checkov: ['CKV_K8S_40'],
    trivy: ['KSV-0020'],
    'kube-score': ['container-security-context-user-group-id'],
    kubesec: ['RunAsUser'],
    kyverno: ['other/restrict-usergroup-fsgroup-id'],
    monokle: ['KBP104'],
  },
  suppressedBy: ['run-as-root-user'],
  options: { minimum: { type: 'number', describe: 'Lowest user ID that passes.', default: 10000, min: 1 } },
  run(container, context) {
    if (container.list === 'ephemeralContainers' || container.pod.windows || hasOwnUsers(container.pod)) return;
    const { value, at } = effective(container, 'runAsUser');
    const uid = int(value);
    if (uid === undefined) return { at, message: `${Label(container)} runs with an unknown user ID.` };
    else if (uid < Number(context.options.minimum))
      return { at, message: `${Label(container)} runs with the low user ID ${uid}.` };
  },
});
