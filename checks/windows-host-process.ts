import { and, defineCheck, type Gathered, settingsOf } from '../src/check.ts';

export default defineCheck({
  id: 'windows-host-process',
  title: 'Windows HostProcess container',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'A HostProcess container runs on the Windows node itself, with the rights of its user there: it can take over the node.',
  remedy: 'Remove hostProcess.',
  standards: {
    pss: ['baseline/windowsHostProcess'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.11'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0103'],
    polaris: ['hostProcess'],
    kubescape: ['C-0202', 'C-0211'],
    kyverno: ['pod-security/disallow-host-process', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['windowsHostProcess'],
    monokle: ['PSS101'],
  },
  run(pod) {
    let found: Gathered;
    for (const setting of settingsOf(pod, 'windowsOptions', 'hostProcess'))
      if (setting.value === true)
        found = and(found, {
          at: setting.at,
          message: `${setting.who} runs as a HostProcess of the Windows node.`,
          fix: {
            description: 'Set windowsOptions.hostProcess to false.',
            edits: [{ op: 'set', path: setting.at, value: false }],
            risky: true,
          },
        });
    return found;
  },
});
