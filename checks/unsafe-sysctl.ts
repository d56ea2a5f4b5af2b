import { and, atLeast, defineCheck, dig, type Gathered, list, ownerLabel, printable, str } from '../src/check.ts';

export default defineCheck({
  id: 'unsafe-sysctl',
  title: 'Pod sets a sysctl outside the safe list',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "Sysctls outside the safe list change the node's kernel for every pod on it, or let this pod starve the others.",
  remedy: 'Remove the sysctl or set it on the node through node tuning.',
  standards: {
    pss: ['baseline/sysctls'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    mitre: ['T1611', 'T1499'],
  },
  peers: {
    trivy: ['KSV-0026'],
    'kube-linter': ['unsafe-sysctls'],
    kubescape: ['C-0211'],
    kyverno: ['pod-security/restrict-sysctls', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['sysctls'],
    monokle: ['PSS111'],
  },
  run(pod, context) {
    let found: Gathered;
    for (const [index, sysctl] of list(dig(pod.spec, 'securityContext', 'sysctls')).entries()) {
      const name = str(dig(sysctl, 'name')) ?? '';
      const since = safeSince[name];
      if (since === undefined || !atLeast(context.kubeVersion, since))
        found = and(found, {
          at: pod.at('securityContext', 'sysctls', index, 'name'),
          message: `${ownerLabel(pod)} sets the sysctl ${printable(name)}, which is not in the safe list.`,
        });
    }
    return found;
  },
});

/** Minor version from which Pod Security counts each as safe. */
const safeSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
  'net.ipv4.tcp_slow_start_after_idle': 37,
  'net.ipv4.tcp_notsent_lowat': 37,
};
