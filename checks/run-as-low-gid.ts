import { defineCheck, effective, hasOwnUsers, int, Label } from '../src/check.ts';

export default defineCheck({
  id: 'run-as-low-gid',
  title: 'Container runs with a low or unknown group ID',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'A low group ID is likely a group of the node, too, whose files the process may then touch after an escape.',
  remedy: 'Set runAsGroup to 10000 or more.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1611'] },
  peers: {
    trivy: ['KSV-0021'],
    'kube-score': ['container-security-context-user-group-id'],
    kubescape: ['C-0013'],
    kubesec: ['RunAsGroup'],
    kyverno: ['other/restrict-usergroup-fsgroup-id'],
    monokle: ['KBP105'],
  },
  suppressedBy: ['root-group'],
  options: { minimum: { type: 'number', describe: 'Lowest group ID that passes.', default: 10000, min: 1 } },
  run(container, context) {
    if (container.list === 'ephemeralContainers' || container.pod.windows || hasOwnUsers(container.pod)) return;
    const { value, at } = effective(container, 'runAsGroup');
    const gid = int(value);
    if (gid === undefined) return { at, message: `${Label(container)} runs with an unknown group ID.` };
    else if (gid < Number(context.options.minimum))
      return { at, message: `${Label(container)} runs with the low group ID ${gid}.` };
  },
});
