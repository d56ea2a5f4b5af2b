import { commandItems, defineCheck, Label } from '../src/check.ts';

export default defineCheck({
  id: 'sudo-in-entrypoint',
  title: 'Container start command uses sudo',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: 'The image lets its user become root, so an attacker in the container can, too.',
  remedy: 'Start the process as the right user with securityContext instead of sudo.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1548.003'] },
  peers: { kubescape: ['C-0062'] },
  run(container) {
    if (container.list === 'ephemeralContainers') return;
    const found = commandItems(container).find(
      ({ text }) =>
        text.includes('sudo') &&
        text.split(/[\s;&|(){}<>`"'$]+/).some((word) => word === 'sudo' || word.endsWith('/sudo')),
    );
    if (found !== undefined) return { at: found.at, message: `${Label(container)} starts its program with sudo.` };
  },
});
