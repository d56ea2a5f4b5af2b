import { defineCheck } from '../src/check.ts';

export default defineCheck({
  id: 'default-service-account-automount',
  title: 'Default service account hands out tokens',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['ServiceAccount'],
  why: 'Every pod that names no account gets a token to the API, a stepping stone for whoever takes it over.',
  remedy: 'Set automountServiceAccountToken false on it.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.5'],
    mitre: ['T1528'],
  },
  peers: {
    checkov: ['CKV_K8S_41'],
    kubescape: ['C-0189', 'C-0225'],
    kyverno: ['other/disable-automountserviceaccounttoken'],
  },
  run(resource) {
    if (resource.name !== 'default' || resource.manifest.automountServiceAccountToken === false) return;
    const at = ['automountServiceAccountToken'];
    return {
      at,
      message: 'The default service account hands its token to every pod.',
      fix: {
        description: 'Set automountServiceAccountToken to false.',
        edits: [{ op: 'set', path: at, value: false }],
      },
    };
  },
});
