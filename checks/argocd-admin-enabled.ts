import { defineCheck, dig, labelOf, scalarText, str } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-admin-enabled',
  title: 'Built-in Argo CD admin account is active',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['ConfigMap'],
  why: 'The shared account may do anything, knows no second factor, and the log does not tell who used it.',
  remedy: 'Set admin.enabled "false".',
  standards: { nsa: ['Authentication and authorization: authentication'], mitre: ['T1078.001'] },
  run(resource) {
    if (resource.name !== 'argocd-cm') return;
    const has = (key: string): boolean => (str(dig(resource.manifest, 'data', key)) ?? '').trim() !== '';
    const at = ['data', 'admin.enabled'];
    if (!has('dex.config') && !has('oidc.config')) return;
    if (scalarText(dig(resource.manifest, ...at)) === 'false') return;
    return {
      at,
      message: `${labelOf(resource)} keeps the admin account beside single sign-on.`,
      fix: {
        description: 'Set admin.enabled to "false".',
        edits: [{ op: 'set', path: at, value: 'false' }],
        risky: true,
      },
    };
  },
});
