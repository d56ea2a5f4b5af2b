import { and, defineCheck, dig, type Gathered, list, ownerLabel, printable, str } from '../src/check.ts';

export default defineCheck({
  id: 'sysctl-value-injection',
  title: 'Sysctl value carries CRI-O argument injection characters',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'CRI-O 1.19 to 1.23 passes such a value on as options of its helper, which lets the pod run code as root on the node (CVE-2022-0811).',
  remedy: 'Use a plain sysctl value and patch CRI-O.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1611'] },
  peers: { kyverno: ['other/prevent-cr8escape'] },
  run(pod) {
    let found: Gathered;
    for (const [index, sysctl] of list(dig(pod.spec, 'securityContext', 'sysctls')).entries())
      if (/[+=]/.test(str(dig(sysctl, 'value')) ?? ''))
        found = and(found, {
          at: pod.at('securityContext', 'sysctls', index, 'value'),
          message: `${ownerLabel(pod)} sets the sysctl ${printable(dig(sysctl, 'name'))} to a value with + or =.`,
        });
    return found;
  },
});
