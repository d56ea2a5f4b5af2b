import { defineCheck, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'service-account-automount',
  title: 'ServiceAccount does not disable token mounting',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['ServiceAccount'],
  why: 'Every pod that runs as this account gets a token to the API, also those that never talk to it.',
  remedy: 'Set it to false and opt in per pod.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.6'],
    mitre: ['T1528'],
  },
  peers: {
    polaris: ['automountServiceAccountToken'],
    kubescape: ['C-0034', 'C-0190'],
    kyverno: ['other/restrict-sa-automount-sa-token'],
  },
  run(resource) {
    if (resource.name === 'default' || resource.manifest.automountServiceAccountToken === false) return;
    const at = ['automountServiceAccountToken'];
    return {
      at,
      message: `${labelOf(resource)} hands its token to every pod that uses it.`,
      fix: {
        description: 'Set automountServiceAccountToken to false.',
        edits: [{ op: 'set', path: at, value: false }],
        risky: true,
      },
    };
  },
});
