import { defineCheck, effective, Label, printable } from '../src/check.ts';

export default defineCheck({
  id: 'windows-run-as-user',
  title: 'Windows container does not run as ContainerUser',
  category: 'pod-security',
  severity: 'medium',
  default: 'off',
  on: 'container',
  why: 'ContainerAdministrator may change everything in the container and has more ways out of it than ContainerUser.',
  remedy: 'Set windowsOptions.runAsUserName to ContainerUser.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1548'] },
  peers: { kubescape: ['C-0211'], kyverno: ['windows-security/require-run-as-containeruser'] },
  options: { required: { type: 'boolean', describe: 'Also report containers that name no user.', default: false } },
  run(container, context) {
    if (!container.pod.windows) return;
    const { value, at } = effective(container, 'windowsOptions', 'runAsUserName');
    if (value === undefined) {
      if (context.options.required === true) return { at, message: `${Label(container)} names no Windows user.` };
    } else if (value !== 'ContainerUser')
      return { at, message: `${Label(container)} runs as ${printable(value)} instead of ContainerUser.` };
  },
});
