import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import { maskSecrets, masked } from '../manifest/secrets.ts';
import type { Json, JsonMap, ObjectDiff, Resource } from '../model.ts';
import { identityOf, stable } from './fingerprint.ts';

export interface ObjectDiffs {
  diffs: ObjectDiff[];
  /** Objects that changed and did not fit. */
  omitted: number;
}

export interface DiffOptions {
  /**
   * The head rendered a second time: what differs between the two renders is random (generated passwords, timestamps) and
   * is masked on both sides.
   */
  again?: readonly Resource[];
  /** Characters of all diffs together; whole objects are left out beyond it. */
  limit?: number;
}

/** Enough for a reviewer; the check run itself holds 65,535. */
const defaultLimit = 40_000;
/** Lines a diff may add and remove before the object is shown as replaced: the search grows with its square. */
const maxEdits = 2_000;

/** What changes in the rendered objects, as unified diffs of YAML with sorted keys. Secret values never appear. */
export function objectDiffs(
  base: readonly Resource[],
  head: readonly Resource[],
  options: DiffOptions = {},
): ObjectDiffs {
  const { limit = defaultLimit } = options;
  const before = byIdentity(base);
  const after = byIdentity(head);
  const second = byIdentity(options.again ?? []);
  const diffs: ObjectDiff[] = [];
  let omitted = 0;
  let length = 0;
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const was = before.get(key);
    const is = after.get(key);
    const one = is ?? was;
    if (one === undefined) continue;
    const [from, to] = comparable(was, is, second.get(key));
    // Compared before secrets are masked: a changed Secret is a change, though its values are not shown.
    const same = was !== undefined && is !== undefined && stable(from) === stable(to);
    if (same) continue;
    const diff = unified(was && maskSecrets(from as JsonMap), is && maskSecrets(to as JsonMap));
    if (length + diff.length > limit) {
      omitted += 1;
      continue;
    }
    length += diff.length;
    const { apiVersion, kind, namespace, name } = one;
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    diffs.push({ unit: one.unit, resource: { apiVersion, kind, namespace, name }, change, diff });
  }
  return { diffs, omitted };
}

/** Objects by unit and identity; equal ones are numbered, since helm prints both. */
function byIdentity(resources: readonly Resource[]): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of resources) {
    const key = JSON.stringify([resource.unit, ...identityOf(resource)]);
    let nth = 0;
    while (found.has(`${key}${nth}`)) nth += 1;
    found.set(`${key}${nth}`, resource);
  }
  return found;
}

function comparable(was: Resource | undefined, is: Resource | undefined, again: Resource | undefined): [Json, Json] {
  const from = was?.manifest ?? null;
  const to = is?.manifest ?? null;
  if (again === undefined || is === undefined) return [from, to];
  return [maskRandom(from, to, again.manifest), maskRandom(to, to, again.manifest)];
}

/** `value` with those leaves masked at whose place the two renders of one commit differ. */
function maskRandom(value: Json, one: Json | undefined, other: Json | undefined): Json {
  if (Array.isArray(value) && Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return (value as Json[]).map((item, index) => maskRandom(item, (one as Json[])[index], (other as Json[])[index]));
  if (isMap(value) && isMap(one) && isMap(other))
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        Object.hasOwn(one, key) ? maskRandom(inner, one[key], other[key]) : inner,
      ]),
    );
  return one !== undefined && stable(one) !== stable(other ?? null) ? masked : value;
}

function unified(was: JsonMap | undefined, is: JsonMap | undefined): string {
  const from = was === undefined ? '' : print(was);
  const to = is === undefined ? '' : print(is);
  const patch = structuredPatch('', '', from, to, '', '', { context: 3, maxEditLength: maxEdits });
  if (patch === undefined) return [...prefixed(from, '-'), ...prefixed(to, '+')].join('\n');
  if (patch.hunks.length === 0) return 'Only secret values differ; they are not shown.';
  return patch.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n');
}

function* prefixed(text: string, sign: string): Generator<string> {
  for (const line of text.split('\n')) if (line !== '') yield sign + line;
}

function print(manifest: JsonMap): string {
  return stringify(manifest, { version: '1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
