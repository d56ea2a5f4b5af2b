import { absent, below, defineCheck, effective, Label } from '../src/check.ts';

export default defineCheck({
  id: 'selinux-options-missing',
  title: 'No SELinux options are set',
  category: 'pod-security',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'Where a policy module of its own confines the program, the default type of the runtime lets it do more.',
  remedy: 'Set seLinuxOptions only where a custom policy module exists.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'] },
  peers: { kubescape: ['C-0211'] },
  run(container) {
    if (container.pod.windows || !absent(effective(container, 'seLinuxOptions').value)) return;
    return {
      at: below(container.path, 'securityContext', 'seLinuxOptions'),
      message: `${Label(container)} names no SELinux options.`,
    };
  },
});
