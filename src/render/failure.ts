import type { Tree } from '../model.ts';
import { withoutSecrets } from './secret-values.ts';

/** Longest text of a tool that goes into a message; a recursion prints 95 kB. */
const longest = 2000;
const boilerplate =
  /^(Use --debug flag to render out invalid YAML|panic: .*|goroutine \d.*|WARNING: .*|level=(WARN|INFO).*|walk\.go.*)$/i;

/**
 * What a tool said on stderr.
 * @param folders the folders the tool saw; the host's names of them never get here in a jail, but do without one
 * @param secrets masked wherever they stand
 */
export function words(stderr: string, folders: readonly string[], secrets: readonly string[] = []): string {
  let text = withoutSecrets(stderr.replaceAll('\r', ''), secrets)
    .replaceAll(/(\/\/)[^\s/@]+@/g, '$1***@')
    // A value that begins with an asterisk and is not quoted is read as an alias.
    .replaceAll(/unknown anchor '[^']*'/g, "unknown anchor '***'");
  for (const folder of folders) text = text.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !boilerplate.test(line.trim()))
    .map((line) => line.replace(/^(Error|error): /, ''));
  const joined = withoutRepetition(lines.join('\n').trim());
  return joined.length <= longest
    ? joined
    : `${joined.slice(0, longest)} … (${joined.length - longest} more characters)`;
}

/** A template that includes itself is named once for every time it did; once is enough. */
function withoutRepetition(text: string): string {
  return text.replace(
    /(template: [^\s:]+:\d+:\d+: executing "[^"\n]*" at <[^>\n]*>: error calling [a-z]+: )\1+/g,
    (all, once: string) => `${once}(${all.length / once.length - 1} times more) `,
  );
}

/**
 * The first `path:line` among the candidates that names a file of the tree. A template can print what looks like a place, so
 * a line that the file does not have is left out.
 */
export async function placeIn(
  tree: Tree,
  candidates: Iterable<{ file: string; line?: number }>,
): Promise<{ file?: string; line?: number }> {
  const paths = new Set((await tree.entries()).map(({ path }) => path));
  for (const { file, line } of candidates) {
    if (!paths.has(file)) continue;
    const lines = line === undefined ? 0 : ((await tree.read(file))?.toString('latin1').split('\n').length ?? 0);
    return line === undefined || line < 1 || line > lines ? { file } : { file, line };
  }
  return {};
}
