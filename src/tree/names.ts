import { before, trimEnd } from '../trim.ts';

/** Longest name of a file or folder that file systems take, in bytes. */
const longestName = 255;
/** Longest path we write, in bytes: PATH_MAX (4,096) less room for the folder it is written to. */
const longestPath = 2048;

// C0, DEL, C1 and the two Unicode line separators: YAML 1.1 and terminals take several of them for a line break, and a
// rendered `# Source:` comment carries the name.
const control = /\p{Cc}|[\u2028\u2029]/gu;

// Code points that HFS+ ignores when it compares names (git's own list, utf8.c).
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** What nearly all paths are: nothing below applies to them, as long as they are short. A large repository has 100,000. */
const ordinary = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/**
 * Why a path of a git tree is refused; undefined when it may be used. Git refuses most of these on checkout, but a tree
 * object can hold anything.
 */
export function nameFault(path: string): string | undefined {
  if (path.length <= longestName && ordinary.test(path)) return undefined;
  if (path.includes('\ufffd')) return 'its name is not UTF-8';
  if (path.search(control) >= 0) return 'its name contains a control character or line break';
  if (Buffer.byteLength(path) > longestPath) return `its path is longer than ${longestPath} bytes`;
  for (const name of path.split('/')) {
    if (name === '') return 'its path is absolute or has an empty part';
    if (name === '.' || name === '..') return `its path contains "${name}"`;
    if (Buffer.byteLength(name) > longestName) return `a part of its path is longer than ${longestName} bytes`;
    if (name.split('\\').some(isDotGit)) return 'its path contains ".git"';
  }
  return undefined;
}

/** `.git` as any file system reads it: without regard to case, with what NTFS drops at the end, or by its short name. */
function isDotGit(name: string): boolean {
  const plain = trimEnd(before(name.replaceAll(ignoredByHfs, '').toLowerCase(), ':'), '. ');
  return plain === '.git' || plain === 'git~1' || name === '..';
}

/** A name as it may stand in a message: control characters escaped, cut at 200 characters. */
export function printable(path: string): string {
  const escaped = path.replaceAll(
    control,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length > 200 ? `${escaped.slice(0, 200)}…` : escaped;
}
