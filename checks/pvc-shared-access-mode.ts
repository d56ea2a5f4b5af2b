import { and, below, claimsOf, defineCheck, type Gathered, strings } from '../src/check.ts';

export default defineCheck({
  id: 'pvc-shared-access-mode',
  title: 'Volume may be mounted by many nodes or pods',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['PersistentVolumeClaim', 'StatefulSet'],
  why: 'Several nodes or pods write the same files, which few programs are made for, and one of them compromised reaches all.',
  remedy: 'Use ReadWriteOnce or ReadWriteOncePod.',
  peers: { kubesec: ['VolumeClaimAccessModeReadWriteOnce'], kyverno: ['other/enforce-readwriteonce-pod'] },
  options: { strict: { type: 'boolean', describe: 'Accept ReadWriteOncePod alone.', default: false } },
  run(resource, context) {
    let found: Gathered;
    for (const { name, spec, path } of claimsOf(resource)) {
      const modes = strings(spec.accessModes);
      const at = below(path, 'accessModes');
      if (modes.includes('ReadWriteMany'))
        found = and(found, { at, message: `Claim "${name}" may be mounted by many nodes (ReadWriteMany).` });
      else if (
        context.options.strict === true &&
        (modes.length === 0 || modes.some((mode) => mode !== 'ReadWriteOncePod'))
      )
        found = and(found, { at, message: `Claim "${name}" is not limited to one pod (ReadWriteOncePod).` });
    }
    return found;
  },
});
