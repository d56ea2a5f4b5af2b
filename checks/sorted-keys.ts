import { defineCheck, isMap, type Json, list, printable, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'sorted-keys',
  title: 'Mapping keys are not sorted',
  category: 'api-lifecycle',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Any'],
  why: 'Two files that say the same look different, so changes are harder to see.',
  remedy: 'Sort the keys.',
  peers: { 'kube-linter': ['sorted-keys'] },
  options: {
    first: {
      type: 'strings',
      describe: 'Keys of the object that stand before all others, in this order.',
      default: [],
    },
  },
  run(resource, { options }) {
    const at = unsorted(resource.manifest, textOption(options.first));
    if (at !== undefined) return { at, message: `The key ${printable(at.at(-1))} is not in order.` };
  },
});

/** Where the first key is that stands behind a greater one; the path is made on the way back. */
function unsorted(value: Json, first: readonly string[]): (string | number)[] | undefined {
  if (Array.isArray(value)) {
    for (const [index, item] of list(value).entries()) {
      const below = unsorted(item, []);
      if (below !== undefined) return [index, ...below];
    }
    return undefined;
  }
  if (!isMap(value)) return undefined;
  let last = '';
  for (const key in value) {
    // The reader puts keys of digits first, whatever the order in which they are written.
    if (/^\d+$/.test(key)) continue;
    const rank = first.includes(key) ? `\u0000${first.indexOf(key)}` : key;
    if (rank < last) return [key];
    last = rank;
  }
  for (const key in value) {
    const below = unsorted(value[key] ?? null, []);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}
