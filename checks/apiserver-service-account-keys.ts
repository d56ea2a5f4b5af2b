import { defineCheck, given, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'service-account-lookup',
    passes: (value) => value !== 'false',
    fault: 'so tokens of deleted accounts stay valid',
  },
  given('service-account-key-file', 'so tokens are checked against the key of the serving certificate'),
  given('service-account-signing-key-file', 'so tokens cannot be issued with a key of their own'),
  {
    flag: 'service-account-extend-token-expiration',
    passes: (value) => value === 'false',
    fault: 'so stolen tokens live for a year',
  },
];

export default defineCheck({
  id: 'apiserver-service-account-keys',
  title: 'Service account token validation is weakened',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Tokens of service accounts stay valid longer than they should, or are signed with a key that serves other ends.',
  remedy: 'Set key files, keep lookup on, disable extension.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['1.2.21', '1.2.22', '1.2.30'],
    mitre: ['T1528'],
  },
  peers: {
    checkov: ['CKV_K8S_96', 'CKV_K8S_97'],
    trivy: ['KCV-0024', 'KCV-0025'],
    kubescape: ['C-0135', 'C-0136', 'C-0290'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
