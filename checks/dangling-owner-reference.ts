import { below, canonicalKind, defineCheck, dig, labelOf, list, str, unlessHidden } from '../src/check.ts';

export default defineCheck({
  id: 'dangling-owner-reference',
  title: 'Owner reference points at a missing object',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'The uid of an owner is made by the cluster, so a committed one is of no object that lives, and the garbage collector deletes what refers to it.',
  remedy: 'Delete ownerReferences.',
  peers: { monokle: ['LNK003'] },
  *run(set) {
    for (const resource of set.resources) {
      const path = ['metadata', 'ownerReferences'];
      const owners = list(dig(resource.manifest, ...path));
      const missing = owners.findIndex((owner) => {
        const kind = str(dig(owner, 'kind')) ?? '';
        const name = str(dig(owner, 'name')) ?? '';
        const known = canonicalKind({ apiVersion: str(dig(owner, 'apiVersion')) ?? '', kind });
        return ![resource.namespace, ''].some((namespace) => set.find(known, namespace, name).length > 0);
      });
      if (missing === -1) continue;
      const { kind, name } = { kind: dig(owners[missing], 'kind'), name: dig(owners[missing], 'name') };
      yield {
        resource,
        at: below(path, missing),
        message: `${labelOf(resource)} is owned by ${str(kind) ?? 'an object'} "${str(name) ?? ''}", which is not in these manifests.`,
        ...unlessHidden(set),
        fix: { description: 'Delete ownerReferences.', edits: [{ op: 'remove', path }] },
      };
    }
  },
});
