import { PlimsollError } from '../errors.ts';
import type { Problem } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import type { Resolved } from './links.ts';
import { printable } from './names.ts';

export function tooLarge(path: string, size: number, limits: ExportLimits): PlimsollError {
  return new PlimsollError(
    'file-too-large',
    `File "${printable(path)}" has ${megabytes(size)}; files over ${megabytes(limits.fileBytes)} are not rendered.`,
    'Make the file smaller, or raise `limits` in the settings.',
    { file: printable(path) },
  );
}

export function megabytes(size: number): string {
  return size < 2 ** 20 ? `${(size / 2 ** 10).toFixed(1)} KiB` : `${(size / 2 ** 20).toFixed(1)} MiB`;
}

export function linkFault(path: string, target: string | undefined, led: Resolved): Problem | undefined {
  const file = printable(path);
  if (led.kind === 'loop')
    return {
      code: 'symlink-loop',
      message: `Symlink "${file}" leads back to itself.`,
      hint: 'Let the link point at a file of the repository, or remove it.',
      file,
    };
  if (led.kind === 'outside' || target === undefined)
    return {
      code: 'symlink-outside',
      message: `Symlink "${file}" leaves the repository.`,
      hint: 'Copy what it points at into the repository; only links that stay inside are followed.',
      file,
    };
  // No file system takes it, but a blob can be empty.
  if (target === '')
    return {
      code: 'symlink-broken',
      message: `Symlink "${file}" has no target.`,
      hint: 'Let the link point at a file of the repository, or remove it.',
      file,
    };
  return undefined;
}

export function lfsPointer(path: string): Problem {
  return {
    code: 'lfs-pointer',
    message: `File "${printable(path)}" is kept by git LFS and was not rendered.`,
    hint: 'Keep files that are rendered in git itself.',
    file: printable(path),
  };
}

export function submodule(path: string): Problem {
  return {
    code: 'submodule',
    message: `Submodule "${printable(path)}" was not rendered: what it holds is not in this repository.`,
    hint: 'Copy the files into the repository, or review them where they are kept.',
    file: printable(path),
  };
}

export function unreadable(path: string): Problem {
  return {
    code: 'file-unreadable',
    message: `File "${printable(path)}" could not be read.`,
    hint: 'Check that it still exists and may be read; in a partial clone, fetch its content first.',
    file: printable(path),
  };
}

export function over(code: string, message: string): Problem {
  return {
    code,
    message,
    hint: 'Split the folder, leave files out with `exclude`, or raise `limits` in the settings.',
  };
}
