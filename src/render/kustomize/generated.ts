/** ConfigMaps and Secrets that kustomizations generate: which literal, file or line of an env file says the value. */
import type { Json, JsonMap } from '../../model.ts';
import { nameOf as lastOf, resolve } from '../paths.ts';
import { listOf, mapOf, textOf, textsOf } from '../yaml.ts';
import type { Kustomization } from './kustomization.ts';
import type { Step } from './field.ts';
import type { Place, Source } from './sources.ts';
import type { Write } from './write.ts';

const generators: Record<string, string> = { ConfigMap: 'configMapGenerator', Secret: 'secretGenerator' };

/** The names of the maps of this kind that a kustomization and its configurations generate, without prefixes and hashes. */
export function generatedNames(sources: readonly Source[], kind: string): string[] {
  const key = generators[kind];
  if (key === undefined) return [];
  return sources.flatMap(({ value }) => listOf(mapOf(value)[key])).map((entry) => textOf(mapOf(entry).name));
}

/** What the generators of one kustomization say about the field of a map of that name. */
export function generatorWrites(
  source: Source,
  one: Kustomization,
  subject: { kind: string; names: readonly string[] },
  steps: readonly Step[],
  textOfFile: (path: string) => string | undefined,
): Omit<Write, 'trail'>[] {
  const list = generators[subject.kind];
  if (list === undefined) return [];
  return listOf(mapOf(source.value)[list]).flatMap((item, index) => {
    const entry = mapOf(item);
    const place = source.find([list, index]);
    if (place === undefined || !subject.names.includes(textOf(entry.name))) return [];
    const replaces = textOf(entry.behavior) === 'replace';
    const whole = { place, depth: Math.min(1, steps.length - 1), replaces };
    const [data, step] = steps;
    const isData = data !== undefined && 'key' in data && (data.key === 'data' || data.key === 'binaryData');
    if (!isData || step === undefined || !('key' in step) || steps.length !== 2) return [whole];
    const said = sayingOf(source, one, entry, [list, index], step.key, textOfFile);
    if (said === undefined) return [whole];
    const encoded = subject.kind === 'Secret' || data.key === 'binaryData';
    const value: Json = encoded ? Buffer.from(said.text).toString('base64') : said.text;
    return [{ place: said.place, depth: 2, value, replaces: true }];
  });
}

function sayingOf(
  source: Source,
  one: Kustomization,
  entry: JsonMap,
  at: readonly (string | number)[],
  key: string,
  textOfFile: (path: string) => string | undefined,
): { place: Place; text: string } | undefined {
  for (const [index, literal] of textsOf(entry.literals).entries()) {
    const equals = literal.indexOf('=');
    const place = source.find([...at, 'literals', index]);
    if (literal.slice(0, equals) === key && place !== undefined)
      return { place, text: unquoted(literal.slice(equals + 1)) };
  }
  for (const reference of textsOf(entry.files)) {
    const equals = reference.indexOf('=');
    const path = resolve(one.folder, reference.slice(equals + 1));
    const text = path === undefined ? undefined : textOfFile(path);
    if (path === undefined || text === undefined) continue;
    if ((equals < 0 ? lastOf(path) : reference.slice(0, equals)) === key)
      return { place: { file: path, span: wholeText(text) }, text };
  }
  for (const reference of [...textsOf(entry.envs), ...textsOf(entry.env)]) {
    const path = resolve(one.folder, reference);
    const lines = (path === undefined ? undefined : textOfFile(path))?.split('\n') ?? [];
    for (const [index, raw] of lines.entries()) {
      const line = raw.trimStart().replace(/\r$/, '');
      if (path === undefined || !line.startsWith(`${key}=`)) continue;
      const startColumn = 1 + raw.length - raw.trimStart().length;
      const row = index + 1;
      const span = { startLine: row, startColumn, endLine: row, endColumn: startColumn + line.length };
      return { place: { file: path, span }, text: line.slice(key.length + 1) };
    }
  }
  return undefined;
}

/** kustomize takes one pair of quotes off a literal. */
function unquoted(text: string): string {
  const quote = text[0];
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text;
}

function wholeText(text: string): Place['span'] {
  const lines = text.replace(/\n$/, '').split('\n');
  return { startLine: 1, startColumn: 1, endLine: lines.length, endColumn: (lines.at(-1) ?? '').length + 1 };
}
