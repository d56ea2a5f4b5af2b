import { defineCheck, isMap, list, printable, textOption, type Json, type Path } from '../src/check.ts';

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
  *run(resource, { options }) {
    for (const at of unsorted(resource.manifest, [], textOption(options.first)))
      yield { at, message: `The key ${printable(at.at(-1))} is not in order.` };
  },
});

/** The first key of each mapping that stands behind a greater one. */
function* unsorted(value: Json | undefined, at: Path, first: readonly string[]): Generator<Path> {
  if (Array.isArray(value)) {
    for (const [index, item] of list(value).entries()) yield* unsorted(item, [...at, index], []);
    return;
  }
  if (!isMap(value)) return;
  const rank = (key: string): string => (first.includes(key) ? `\u0000${first.indexOf(key)}` : key);
  const keys = Object.keys(value);
  const wrong = keys.find((key, index) => index > 0 && rank(keys[index - 1] ?? '') > rank(key));
  if (wrong !== undefined) yield [...at, wrong];
  for (const key of keys) yield* unsorted(value[key], [...at, key], []);
}
