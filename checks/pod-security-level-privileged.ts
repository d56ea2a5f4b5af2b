import { absent, and, defineCheck, dig, type Gathered, isSystemNamespace, type Json, labelOf } from '../src/check.ts';

const labels = ['metadata', 'labels'];

export default defineCheck({
  id: 'pod-security-level-privileged',
  title: 'Namespace opts out of Pod Security',
  category: 'namespace-governance',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Namespace'],
  why: 'Pods of this namespace may take the node over, and the label says so to everyone who looks for a place to do it.',
  remedy: 'Use baseline or restricted.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.2.1'], mitre: ['T1562.001'] },
  peers: { kyverno: ['psa/deny-privileged-profile'] },
  run(resource) {
    if (isSystemNamespace(resource.name)) return;
    const level = (mode: string): Json | undefined =>
      dig(resource.manifest, ...labels, `pod-security.kubernetes.io/${mode}`);
    const modes = absent(level('enforce')) ? ['audit', 'warn'] : ['enforce'];
    let found: Gathered;
    for (const mode of modes)
      if (level(mode) === 'privileged') {
        const fault =
          mode === 'enforce' ? 'takes privileged pods' : `takes privileged pods without so much as a note (${mode})`;
        found = and(found, {
          at: [...labels, `pod-security.kubernetes.io/${mode}`],
          message: `${labelOf(resource)} ${fault}.`,
          about: 'level',
        });
      }
    return found;
  },
});
