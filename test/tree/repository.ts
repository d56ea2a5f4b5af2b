import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tree-'));
  folders.push(folder);
  return folder;
}

export function removeTemporary(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** What git tidies up in the background removes folders that the next command is about to write into. */
const ours = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'gc.auto=0'];

export function run(folder: string, args: string[], input?: string | Buffer): string {
  return execFileSync('git', [...ours, ...args], {
    cwd: folder,
    input,
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
}

/** A repository with these files, committed. */
export function repository(files: Record<string, string | Buffer> = {}): string {
  const folder = temporary();
  run(folder, ['init', '-q', '-b', 'main']);
  commit(folder, files);
  return folder;
}

export function write(folder: string, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export function commit(folder: string, files: Record<string, string | Buffer> = {}): string {
  write(folder, files);
  run(folder, ['add', '-A', '-f']);
  run(folder, ['commit', '-q', '--allow-empty', '-m', 'change']);
  return run(folder, ['rev-parse', 'HEAD']);
}

/** One entry of a tree that git's own commands would not make. */
export interface Odd {
  mode: '100644' | '100755' | '120000' | '160000' | '40000';
  name: string | Buffer;
  content?: string | Buffer;
  oid?: string;
}

/** A commit whose tree object holds exactly these entries, whatever their names. */
export function oddCommit(folder: string, entries: Odd[]): string {
  return run(folder, ['commit-tree', '-m', 'odd', oddTree(folder, entries)]);
}

export function oddTree(folder: string, entries: Odd[]): string {
  const parts = entries.map(({ mode, name, content, oid }) => {
    const id = oid ?? run(folder, ['hash-object', '-w', '--stdin'], content ?? '');
    return Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, 'hex')]);
  });
  return run(folder, ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], Buffer.concat(parts));
}
