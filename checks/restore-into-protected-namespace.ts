import { and, defineCheck, dig, type Gathered, labelOf, map, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'restore-into-protected-namespace',
  title: 'Restore writes into a protected namespace',
  category: 'storage',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Restore.velero.io'],
  why: 'The restored objects replace or join those that run the cluster, with the rights of that namespace.',
  remedy: 'Restore into the original namespace.',
  peers: { kyverno: ['velero/block-velero-restore'] },
  options: {
    protected: {
      type: 'strings',
      describe: 'Namespaces that nothing may be restored into.',
      default: ['kube-system', 'kube-node-lease'],
    },
    tenants: {
      type: 'strings',
      describe: "Beginnings of the names of each tenant's namespaces; a restore must stay with its tenant.",
      default: [],
    },
  },
  run(resource, context) {
    const protect = textOption(context.options.protected);
    const tenantOf = (namespace: string): string | undefined =>
      textOption(context.options.tenants).find((prefix) => namespace.startsWith(prefix));
    let found: Gathered;
    for (const [from, target] of Object.entries(map(dig(resource.manifest, 'spec', 'namespaceMapping')))) {
      const to = str(target) ?? '';
      const at = ['spec', 'namespaceMapping', from];
      if (protect.includes(to))
        found = and(found, { at, message: `${labelOf(resource)} writes into the namespace ${to}.` });
      else if (tenantOf(from) !== tenantOf(to))
        found = and(found, {
          at,
          message: `${labelOf(resource)} moves ${from} to the namespace ${to}, which is not of the same tenant.`,
        });
    }
    return found;
  },
});
