import { steadyNow } from '../../clock.ts';
import { parseManifests } from '../../manifest/parse.ts';
import { resourcesOf } from '../../manifest/resource.ts';
import type { PlainUnit, Problem, Resource, Tree } from '../../model.ts';
import { holdsObject, leftOut } from '../left-out.ts';
import { listingOf } from '../listing.ts';
import type { Renderer } from '../renderer.ts';
import { tracePlain } from './trace.ts';

/**
 * Reads the manifests of a folder; nothing is executed. A file that cannot be read is a problem of that file, the others
 * are judged. Positions are those of the files.
 */
export const plainRenderer: Renderer<PlainUnit> = {
  kind: 'plain',
  async render(unit, { tree, parse, signal }) {
    const started = steadyNow();
    const files = await tree.readMany(unit.files);
    const problems: Problem[] = [];
    const resources: Resource[] = [];
    const texts: string[] = [];
    for (const file of unit.files) {
      signal?.throwIfAborted();
      const bytes = files.get(file);
      if (bytes === undefined) {
        problems.push(await missing(unit, file, tree));
        continue;
      }
      const decoded = decode(bytes);
      if (typeof decoded !== 'string') {
        problems.push(unreadable(unit, file, decoded.line, decoded.reason));
        continue;
      }
      texts.push(decoded);
      const parsed = await (parse ?? parseManifests)(decoded);
      const { documents, faults } = parsed;
      for (const { line, message } of faults) problems.push(unreadable(unit, file, line, message));
      // YAML of another trade may mention an apiVersion; beside an object, or with one, it was meant as an object.
      const meant = holdsObject(parsed) || documents.some(({ value }) => typeof value.apiVersion === 'string');
      if (meant) for (const { line, reason } of leftOut(parsed)) problems.push(unreadable(unit, file, line, reason));
      for (const document of documents) {
        const origin = { file, document: document.index };
        const where = { unit: unit.id, namespace: '', origin, firstIndex: resources.length };
        resources.push(...resourcesOf(document, where));
      }
    }
    return {
      text: texts.join('\n---\n'),
      resources,
      problems,
      notices: [],
      milliseconds: steadyNow() - started,
      trace: (resource, path, fault) => Promise.resolve(tracePlain(resource, path, fault)),
    };
  },
};

/** Git LFS pointers name their specification in the first line. */
const lfs = 'version https://git-lfs.github.com/spec/';

/**
 * The text of a manifest. UTF-8, or UTF-16 with a byte order mark, which Kubernetes' reader takes too. Anything else would be
 * read by guessing, and is refused.
 */
function decode(bytes: Buffer): string | { line?: number; reason: string } {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  if (bytes.subarray(0, lfs.length).toString('latin1') === lfs)
    return { reason: 'it is a Git LFS pointer; its content is not in the repository' };
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { line: lineOfFault(bytes), reason: `it is not valid ${encoding.toUpperCase()}` };
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) return { line: text.slice(0, zero).split('\n').length, reason: 'it contains a NUL character' };
  return text;
}

/** The first line that is not UTF-8; the line is decoded alone, which a line feed can never be in the middle of. */
function lineOfFault(bytes: Buffer): number {
  const lines = bytes.toString('utf8').split('\n');
  const index = lines.findIndex((line) => line.includes('\uFFFD'));
  return index < 0 ? 1 : index + 1;
}

/** Why a file of the unit has no content: the tree's own words where it has some. */
async function missing(unit: PlainUnit, file: string, tree: Tree): Promise<Problem> {
  const refused = (await tree.refused?.([file]))?.find((problem) => problem.file === file);
  if (refused !== undefined) return { ...refused, unit: unit.id };
  const { entries } = await listingOf(tree);
  const link = entries.find(({ path }) => path === file)?.type === 'symlink';
  return unreadable(
    unit,
    file,
    undefined,
    link ? 'it is a link, and leads to no file of the repository' : 'it could not be read from the commit',
  );
}

function unreadable(unit: PlainUnit, file: string, line: number | undefined, reason: string): Problem {
  return {
    code: 'manifest-unreadable',
    message: `${file} cannot be read as manifests: ${reason}.`.replace(/\.\.$/, '.'),
    hint: 'Mend the file, or leave it out with `exclude` in the settings when it is no manifest.',
    unit: unit.id,
    file,
    ...(line === undefined ? {} : { line }),
  };
}
