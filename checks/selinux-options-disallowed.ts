import { and, atLeast, defineCheck, type Gathered, printable, settingsOf, str } from '../src/check.ts';

export default defineCheck({
  id: 'selinux-options-disallowed',
  title: 'Custom SELinux user, role or unsafe type',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "Another SELinux user, role or type can lift the labels that keep the container away from the node's files and from other containers.",
  remedy: 'Remove user and role and use an allowed type.',
  standards: {
    pss: ['baseline/seLinuxOptions'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.7.3'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0025'],
    kyverno: ['pod-security/disallow-selinux', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['seLinuxOptions'],
    monokle: ['PSS108'],
  },
  run(pod, context) {
    let found: Gathered;
    for (const field of ['user', 'role'])
      for (const { value, at, who } of settingsOf(pod, 'seLinuxOptions', field))
        if (value !== '') found = and(found, { at, message: `${who} sets the SELinux ${field} ${printable(value)}.` });
    for (const { value, at, who } of settingsOf(pod, 'seLinuxOptions', 'type'))
      if (!types.has(str(value) ?? '?') && !(value === 'container_engine_t' && atLeast(context.kubeVersion, 31)))
        found = and(found, { at, message: `${who} sets the SELinux type ${printable(value)}.` });
    return found;
  },
});

const types = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t']);
