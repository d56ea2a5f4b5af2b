import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Commit } from './forge.ts';

/** Seconds since the epoch; each commit is a second younger than the one before, so that no two alike are the same. */
let clock = Math.floor(Date.now() / 1000);

/** What `git fast-import` reads to make one commit, and to print its id: one process in the place of a checkout and a push. */
export async function importOf(commit: Commit, start: string | undefined): Promise<Buffer> {
  const { branch, message = `Change ${branch}`, files = {}, folder, clear } = commit;
  const who = `Mona <mona@example.com> ${(clock += 1)} +0000`;
  const parts: (string | Buffer)[] = [
    `commit refs/heads/${branch}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
    ...data(Buffer.from(`${message}\n`)),
    ...(start === undefined ? [] : [`from ${start}\n`]),
    ...(clear === true ? ['deleteall\n'] : []),
  ];
  for (const { path, mode, content } of folder === undefined ? [] : await entriesBelow(folder))
    parts.push(`M ${mode} inline ${quoted(path)}\n`, ...data(content));
  for (const [path, content] of Object.entries(files)) {
    if (content === null) parts.push(`D ${quoted(path)}\n`);
    else parts.push(`M 100644 inline ${quoted(path)}\n`, ...data(Buffer.from(content)));
  }
  parts.push('get-mark :1\n');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

async function entriesBelow(folder: string): Promise<{ path: string; mode: string; content: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const wanted = entries.filter((entry) => !entry.isDirectory());
  return await Promise.all(
    wanted.map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(folder, file);
      if (entry.isSymbolicLink()) return { path, mode: '120000', content: Buffer.from(await readlink(file)) };
      const isProgram = ((await stat(file)).mode & 0o100) !== 0;
      return { path, mode: isProgram ? '100755' : '100644', content: await readFile(file) };
    }),
  );
}

function data(content: Buffer): (string | Buffer)[] {
  return [`data ${content.length}\n`, content, '\n'];
}

/** Names with line breaks or a leading quote are written as in C. */
function quoted(path: string): string {
  if (!/^"|\n/.test(path)) return path;
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
