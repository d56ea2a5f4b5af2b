import { absent, defineCheck, effective, Label } from '../src/check.ts';

export default defineCheck({
  id: 'windows-gmsa-credential-spec',
  title: 'Windows workload without a GMSA credential spec',
  category: 'pod-security',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'The program has no identity in Active Directory, so passwords are carried into the container instead.',
  remedy: 'Set windowsOptions.gmsaCredentialSpecName to the credential spec of the application.',
  standards: { nsa: ['Authentication and authorization: authentication'] },
  peers: { kubescape: ['C-0211'] },
  run(container) {
    if (!container.pod.windows) return;
    const { value, at } = effective(container, 'windowsOptions', 'gmsaCredentialSpecName');
    if (absent(value) || value === '')
      return { at, message: `${Label(container)} has no identity of Active Directory.` };
  },
});
