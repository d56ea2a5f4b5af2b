/**
 * Sets one `--set` parameter in a mapping: `a.b=1`, with `\.` for a dot in a key. Values are typed as helm types them: true,
 * false, null, whole numbers, else text. Returns false for what a mapping cannot say: positions in lists, sets of values.
 */
export function setParameter(into: Record<string, unknown>, name: string, value: string, text: boolean): boolean {
  const keys = name.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
  if (name === '' || keys.some((key) => key === '' || key === '__proto__' || /[[\]{}=,]/.test(key))) return false;
  if (!text && /^\{.*\}$/s.test(value)) return false;
  const last = keys.pop() ?? '';
  let map = into;
  for (const key of keys) {
    const next = Object.hasOwn(map, key) ? map[key] : undefined;
    if (typeof next === 'object' && next !== null) map = next as Record<string, unknown>;
    else {
      const made: Record<string, unknown> = {};
      map[key] = made;
      map = made;
    }
  }
  map[last] = text ? value : typed(value);
  return true;
}

/** The rules of helm's own parser (pkg/strvals): no floats, no octals. */
function typed(value: string): unknown {
  const plain = value.replaceAll('\\,', ',');
  if (plain === 'true') return true;
  if (plain === 'false') return false;
  if (plain === 'null') return null;
  return /^(0|-?[1-9]\d*)$/.test(plain) && Number.isSafeInteger(Number(plain)) ? Number(plain) : plain;
}
