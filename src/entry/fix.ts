/** `--fix`: shows what the tried suggestions make of the files, asks, writes, and judges the result. */
import { lstat, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { createTwoFilesPatch } from 'diff';
import { PlimsollError } from '../errors.ts';
import type { Mended } from '../fix-places.ts';
import type { Report } from '../model.ts';
import { line, visible } from '../report/escape.ts';
import { place, plural } from '../report/summarize.ts';
import type { EditedFile } from '../suggest.ts';

/** How fixes are wanted. */
export interface FixOptions {
  risky: boolean;
  /** Apply without asking. */
  yes: boolean;
}

/** What a judgement needs to know to try fixes. */
export interface Fixing {
  risky: boolean;
  mended: (mended: Mended) => void;
}

/**
 * Judges, applies what was tried and held, and judges again: the second report is the result. Where nothing is applied it is
 * the first. All files are as before when the result has a problem that was not there.
 * @param run judges the working tree
 * @param say prints; the report itself is printed by the caller
 */
export async function withFixes(
  run: (fixing?: Fixing) => Promise<Report>,
  options: FixOptions,
  say: (text: string) => void,
): Promise<Report> {
  if (!options.yes && !isAsked())
    throw new PlimsollError(
      'usage',
      '--fix changes files, and there is nobody to ask.',
      'Add --yes to apply the fixes.',
    );
  let mended: Mended = { files: [], findings: [], left: [], unheld: new Map() };
  const before = await run({ risky: options.risky, mended: (found) => (mended = found) });
  if (mended.files.length === 0) {
    say('No fix that was tried holds; nothing was changed.\n\n');
    return before;
  }
  say(described(mended));
  if (!options.yes && !(await confirmed(mended))) {
    say('Nothing was changed.\n\n');
    return before;
  }
  await write(before.repository, mended.files, 'before');
  const after = await run();
  const known = new Set(before.problems.map(({ code, message }) => JSON.stringify([code, message])));
  const worse = after.problems.find(({ code, message }) => !known.has(JSON.stringify([code, message])));
  if (worse !== undefined) {
    await write(before.repository, mended.files, 'after');
    throw new PlimsollError(
      'fix-failed',
      `With all fixes made at once: ${worse.message}`,
      'All files are as they were. Apply the suggestions of the report one by one.',
      worse.file === undefined ? {} : { file: worse.file },
    );
  }
  say(`Changed ${plural(mended.files.length, 'file')} for ${plural(mended.findings.length, 'finding')}.\n\n`);
  return after;
}

function isAsked(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

async function confirmed({ files, findings }: Mended): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `Change ${plural(files.length, 'file')} for ${plural(findings.length, 'finding')}? [y/N] `;
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

/** Lines around a change that may hold a secret: a diff ends up in logs. */
const confidential = /^( .{0,200}(?:pass|secret|token|key|credential|auth)[^:=]{0,100}[:=] *)\S.*$/gim;

/** A unified diff, then a line for each finding. */
function described({ files, findings, left }: Mended): string {
  const diffs = files.map(({ path, before, after }) =>
    visible(createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', { context: 2 }))
      .replace(/^=+\n/, '')
      .replaceAll(confidential, '$1***'),
  );
  const lines = findings.map(
    (one) => `fix  ${line(place(one), 300)}  ${one.check}: ${line(one.suggestion?.description ?? '', 300)}`,
  );
  const later = left.map((one) => `left ${line(place(one), 300)}  ${one.check}: run --fix again for this one.`);
  return `${diffs.join('')}\n${[...lines, ...later].join('\n')}\n\n`;
}

/**
 * Writes one side of the files, when all of them still have the other side's text.
 * Throws `fix-refused` naming the first that has not, and writes none.
 */
async function write(root: string, files: readonly EditedFile[], expected: 'before' | 'after'): Promise<void> {
  const top = await realpath(root);
  for (const { path, [expected]: text } of files) {
    const file = join(top, path);
    // A file that is reached through a link may be anybody's.
    const isOwn = (await realpath(file).catch(() => '')) === file && (await lstat(file)).isFile();
    const now = isOwn ? await readFile(file, 'utf8') : undefined;
    if (now !== text)
      throw new PlimsollError(
        'fix-refused',
        now === undefined ? `${path} is reached through a link.` : `${path} was changed meanwhile.`,
        now === undefined ? 'Apply its suggestions by hand.' : 'Run --fix again. No file was changed.',
        { file: path },
      );
  }
  for (const { path, before, after } of files) await writeFile(join(top, path), expected === 'before' ? after : before);
}
