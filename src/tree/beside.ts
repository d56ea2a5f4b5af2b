import { atOnce, pathAt, startOf } from './records.ts';

/** See `TreeIndex.alwaysBeside`, of the records of a listing. */
export function areBeside(text: string, name: string, file: string): boolean {
  const inside = `${name}/`;
  const atTop = text.slice(startOf(text, inside), startOf(text, `${name}0`)); // '0' follows '/'
  if (atTop !== '' && (atTop.includes(`/${file}\0`) || pathAt(text, startOf(text, file)) !== file)) return false;
  const seen = { at: text.indexOf(`/${inside}`), begin: '\0', next: -1 };
  while (seen.at !== -1) if (!lookBeside(text, inside, file, seen)) return false;
  return true;
}

/**
 * Looks at the next such folders; false where one does not lie beside the file, or one of that name lies in it.
 * @param seen where the next one is named, how a path in the folder before begins, and where the first file of that name
 *   behind it is named
 */
function lookBeside(
  text: string,
  inside: string,
  file: string,
  seen: { at: number; begin: string; next: number },
): boolean {
  const folder = `/${inside}`;
  const wanted = `/${file}\0`;
  let { at, begin, next } = seen;
  for (let count = 0; count < atOnce && at !== -1; count += 1) {
    const from = text.lastIndexOf('\t', at) + 1;
    if (!text.startsWith(inside, from) && !text.startsWith(begin, from)) {
      begin = text.slice(from, at + folder.length);
      const parent = begin.slice(0, -inside.length);
      // Nearly always the file that comes next behind the folder before.
      if (!isAt(text, parent, next + 1 - parent.length) && pathAt(text, startOf(text, parent + file)) !== parent + file)
        return false;
      next = text.indexOf(wanted, at);
      if (next !== -1 && text.startsWith(begin, text.lastIndexOf('\t', next) + 1)) return false;
      // What lies in a folder stands together. Nearly always it is all that is in such a folder before the next file.
      const last = text.lastIndexOf(folder, next === -1 ? text.length : next);
      if (isAt(text, begin, last + folder.length - begin.length)) at = last;
    }
    at = text.indexOf(folder, at + folder.length);
  }
  Object.assign(seen, { at, begin, next });
  return true;
}

/** Whether a path begins so at this place. */
function isAt(text: string, begin: string, start: number): boolean {
  return start > 0 && text[start - 1] === '\t' && text.startsWith(begin, start);
}
