/** The files of a packaged chart: a gzipped tar whose paths begin with the chart's name. */
import { gunzipSync } from 'node:zlib';
import { before } from '../../trim.ts';

/** Files that a package may hold: more than any chart that people write. */
const mostFiles = 5_000;

const block = 512;

/**
 * Regular files by path, the chart's name included; undefined for what is no such package, or too large.
 * @param mostBytes that it may unpack to
 */
export function unpack(bytes: Buffer, mostBytes: number): Map<string, Buffer> | undefined {
  const tar = inflated(bytes, mostBytes);
  if (tar === undefined) return undefined;
  const files = new Map<string, Buffer>();
  let longName = '';
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block);
    if (header[0] === 0) break;
    const size = Number.parseInt(field(header, 124, 12).trim() || '0', 8);
    if (!Number.isSafeInteger(size) || size < 0 || at + block + size > tar.length) return undefined;
    const content = tar.subarray(at + block, at + block + size);
    const type = String.fromCharCode(header[156] ?? 0);
    const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
    const name = longName || (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100);
    // Names too long for the header come in an entry before it (pax, or GNU's own).
    longName = type === 'x' ? (/(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1] ?? '') : '';
    if (type === 'L') longName = before(content.toString('utf8'), '\0');
    if ((type === '0' || type === '\0') && isPlain(name)) files.set(name, content);
    if (files.size > mostFiles) return undefined;
    at += block + Math.ceil(size / block) * block;
  }
  return files;
}

function inflated(bytes: Buffer, mostBytes: number): Buffer | undefined {
  if (mostBytes <= 0) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    // Not a package, or a bomb: helm itself judges which.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function field(header: Buffer, from: number, length: number): string {
  return before(header.toString('utf8', from, from + length), '\0');
}

/** A path that stays below the folder it is written to. */
function isPlain(name: string): boolean {
  return (
    name.includes('/') &&
    name.split('/').every((step) => step !== '' && step !== '.' && step !== '..' && !/[\\\0]/.test(step))
  );
}
