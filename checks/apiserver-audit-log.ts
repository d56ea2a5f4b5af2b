import { type Component, defineCheck, given, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'audit-log-path',
    passes: (value, component) => (value ?? component.flag('audit-webhook-config-file')?.value ?? '') !== '',
    fault: 'so nothing is recorded',
  },
  given('audit-policy-file', 'so nothing is chosen to be recorded'),
  ...(
    [
      ['audit-log-maxage', 30, 'days'],
      ['audit-log-maxbackup', 10, 'files'],
      ['audit-log-maxsize', 100, 'megabytes'],
    ] as const
  ).map(([flag, least, unit]): SettingRule => ({
    flag,
    // A webhook alone keeps no files, and neither does what goes to the output.
    passes: (value, component) => (value === undefined ? !writesFiles(component) : Number(value) >= least),
    fault: `where at least ${least} ${unit} should be kept`,
  })),
];

function writesFiles(component: Component): boolean {
  const path = component.flag('audit-log-path')?.value ?? '';
  if (path !== '') return path !== '-';
  return (component.flag('audit-webhook-config-file')?.value ?? '') === '';
}

export default defineCheck({
  id: 'apiserver-audit-log',
  title: 'API server audit logging is off or too short',
  category: 'observability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'After an incident nobody can tell who did what.',
  remedy: 'Set the audit flags.',
  standards: {
    nsa: ['Audit logging and threat detection: logging'],
    cis: ['1.2.16', '1.2.17', '1.2.18', '1.2.19', '3.2.1'],
    mitre: ['T1562.008'],
  },
  peers: {
    checkov: ['CKV_K8S_91', 'CKV_K8S_92', 'CKV_K8S_93', 'CKV_K8S_94'],
    trivy: ['KCV-0019', 'KCV-0020', 'KCV-0021', 'KCV-0022'],
    kubescape: ['C-0067', 'C-0130', 'C-0131', 'C-0132', 'C-0133', 'C-0160'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
