import { defineCheck, dig } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-exec-enabled',
  title: 'Argo CD web terminal is enabled',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['ConfigMap'],
  why: "Whoever has the right in Argo CD gets a shell in the pods it deploys, past the cluster's own access rules.",
  remedy: 'Set exec.enabled "false".',
  standards: { mitre: ['T1609'] },
  run(resource) {
    const at = ['data', 'exec.enabled'];
    if (resource.name === 'argocd-cm' && dig(resource.manifest, ...at) === 'true')
      return {
        at,
        message: 'The web terminal of Argo CD is on.',
        fix: { description: 'Set exec.enabled to "false".', edits: [{ op: 'set', path: at, value: 'false' }] },
      };
  },
});
