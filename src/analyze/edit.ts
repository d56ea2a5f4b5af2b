import type { Edit, Json, JsonMap, Path } from '../model.ts';

/** A copy of `manifest` with the edits made. Missing mappings and lists on the way are created; a list index may append. */
export function applyEdits(manifest: JsonMap, edits: readonly Edit[]): JsonMap {
  const copy = structuredClone(manifest);
  for (const edit of edits) {
    const last = edit.path.at(-1);
    const holder = last === undefined ? undefined : holderOf(copy, edit.path, edit.op === 'set');
    if (holder === undefined || last === undefined) continue;
    if (edit.op === 'set') (holder as Record<string | number, Json>)[last] = structuredClone(edit.value);
    else if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else Reflect.deleteProperty(holder as object, last);
  }
  return copy;
}

/** What holds the last step of the path. */
function holderOf(root: JsonMap, path: Path, create: boolean): Json | undefined {
  let at: unknown = root;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    if (typeof at !== 'object' || at === null) return undefined;
    const holder = at as Record<string | number, unknown>;
    const next = path[depth + 1];
    if (create && (holder[step] === undefined || holder[step] === null))
      holder[step] = typeof next === 'number' ? [] : {};
    at = holder[step];
  }
  return typeof at === 'object' && at !== null ? (at as Json) : undefined;
}
