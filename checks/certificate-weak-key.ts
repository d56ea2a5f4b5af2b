import { and, defineCheck, dig, type Gathered, int, labelOf, map, spec, str, strings } from '../src/check.ts';

export default defineCheck({
  id: 'certificate-weak-key',
  title: 'Certificate uses a weak key',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Certificate.cert-manager.io'],
  why: 'A key this short can be computed by others, who then pass for the server.',
  remedy: 'Use ECDSA P-256 or RSA 2048 and above.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557'] },
  run(certificate) {
    const { privateKey, usages, isCA } = map(spec(certificate));
    const algorithm = str(dig(privateKey, 'algorithm')) ?? 'RSA';
    const size = int(dig(privateKey, 'size'));
    const least = algorithm === 'RSA' ? 2048 : algorithm === 'ECDSA' ? 256 : 0;
    const at = ['spec', 'privateKey', 'size'];
    let found: Gathered;
    if (size !== undefined && size < least)
      found = and(found, {
        at,
        message: `${labelOf(certificate)} has a key of ${size} bits.`,
        fix: { description: `Set privateKey.size to ${least}.`, edits: [{ op: 'set', path: at, value: least }] },
      });
    const signing = strings(usages).indexOf('cert sign');
    if (signing !== -1 && isCA !== true)
      found = and(found, {
        at: ['spec', 'usages', signing],
        message: `${labelOf(certificate)} may sign other certificates but is not an authority.`,
        severity: 'info',
      });
    return found;
  },
});
