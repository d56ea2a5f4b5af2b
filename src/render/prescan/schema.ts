import type { Json } from '../../model.ts';
import { before } from '../../trim.ts';

/** Meta-schemas that every validator carries. */
const known = /^https?:\/\/json-schema\.org\/(?:draft-0[4-7]|draft\/20(?:19-09|20-12))\/schema#?$/;

/** Larger schemas are left to helm in its jail. */
const largest = 2 ** 20;

/**
 * The first reference of a JSON schema that helm would fetch or read from elsewhere; undefined when there is none, or when
 * the text is no JSON (helm says so better). A reference to an `$id` of the same schema stays inside.
 */
export function remoteSchemaReference(text: string): string | undefined {
  if (text.length > largest) return undefined;
  let schema: Json;
  try {
    schema = JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const ids = new Set<string>();
  const references: string[] = [];
  // A list, not recursion: a schema may nest deeper than our stack.
  const open: Json[] = [schema];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || typeof node !== 'object') continue;
    for (const [key, value] of Object.entries<Json>(node as Record<string, Json>)) {
      if (typeof value !== 'string') {
        open.push(value);
        continue;
      }
      if (key === '$id' || key === 'id') ids.add(before(value, '#'));
      if (key === '$ref' || key === '$dynamicRef') references.push(value);
      if (key === '$schema' && !known.test(value)) references.push(value);
    }
  }
  return references.find((reference) => {
    const target = before(reference, '#');
    return target !== '' && !ids.has(target) && !known.test(reference);
  });
}

/**
 * Whether helm failed because a schema wanted something that is not there; such a chart is rendered again without it. Values
 * that a schema did refuse (`- at '/path': …`) stay refused, whatever text they hold.
 */
export function isSchemaFetchFailure(stderr: string): boolean {
  if (!/schema/i.test(stderr) || /^[ \t]*- at '/m.test(stderr)) return false;
  return /failing loading|dial tcp|no such host|unsupported protocol scheme/i.test(stderr);
}
