/** Entries to put into a mapping, in YAML's flow style, which may stand in either kind of mapping. */
import type { Json } from '../model.ts';

export type Entries = Map<string, Entries | Json>;

/** Values at paths below one mapping, together. Of two for one place the first is kept. */
export function together(edits: readonly { path: readonly string[]; value: Json }[]): Entries {
  const root: Entries = new Map();
  for (const { path, value } of edits) {
    let at = root;
    path.forEach((step, index) => {
      const next = at.get(step);
      if (index < path.length - 1) {
        if (next !== undefined && !(next instanceof Map)) return;
        const inner: Entries = next ?? new Map<string, Entries | Json>();
        at.set(step, inner);
        at = inner;
      } else if (next === undefined) at.set(step, value);
    });
  }
  return root;
}

/** `"key": value`, one for each entry. */
export function pairsOf(entries: Entries): string[] {
  return [...entries].map(([key, value]) => `${JSON.stringify(key)}: ${flow(value)}`);
}

function flow(value: Entries | Json): string {
  return value instanceof Map ? `{ ${pairsOf(value).join(', ')} }` : JSON.stringify(value);
}
