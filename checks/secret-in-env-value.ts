import {
  and,
  below,
  credentialForm,
  defineCheck,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  Label,
  str,
  variablesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-in-env-value',
  title: 'Credential is written as a plain environment value',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: 'Everyone who reads the repository, the pod or a crash report reads the credential, and it stays in the history of Git for good.',
  remedy: 'Move the value into a secret store and mount it.',
  standards: { nsa: ['Network separation and hardening: Secrets'], cis: ['5.4.1'], mitre: ['T1552.001'] },
  peers: {
    'kube-linter': ['env-var-secret'],
    polaris: ['sensitiveContainerEnvVar'],
    kubescape: ['C-0012', 'C-0259'],
    monokle: ['KBP111'],
  },
  run(container) {
    let found: Gathered;
    for (const { name, value: written, index } of variablesOf(container)) {
      const value = typeof written === 'number' ? String(written) : (str(written) ?? '');
      const form = credentialForm(value);
      if (form === undefined && !isCredentialName(name)) continue;
      const at = below(container.path, 'env', index, 'value');
      if (form !== undefined)
        found = and(found, { at, message: `${Label(container)} carries ${form} in the variable ${name}.` });
      else if (isCredentialValue(value))
        found = and(found, { at, message: `${Label(container)} carries a credential in the variable ${name}.` });
    }
    return found;
  },
});
