import { and, below, defineCheck, dig, type Gathered, int, Label, list } from '../src/check.ts';

export default defineCheck({
  id: 'privileged-container-port',
  title: 'Container listens on a port below 1024',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'Binding a low port may need root or an extra capability that the process keeps for its whole life.',
  remedy: 'Listen on a high port and map it with the Service.',
  peers: { trivy: ['KSV-0117'], 'kube-linter': ['privileged-ports'], monokle: ['KBP113'] },
  run(container) {
    if (container.list === 'ephemeralContainers') return;
    let found: Gathered;
    for (const [index, port] of list(container.spec.ports).entries()) {
      const number = int(dig(port, 'containerPort'));
      if (number !== undefined && number >= 1 && number <= 1023)
        found = and(found, {
          at: below(container.path, 'ports', index, 'containerPort'),
          message: `${Label(container)} listens on port ${number}, below 1024.`,
        });
    }
    return found;
  },
});
