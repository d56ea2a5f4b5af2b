/** Paths of a repository: relative to its root, `/` as separator, `.` for the root itself. */

/** The folder a file or folder lies in. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `folder` and `name` as one path. `name` is taken as it is. */
export function join(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** The path that `reference` means when it stands in a file of `folder`; undefined when it leaves the repository. */
export function resolve(folder: string, reference: string): string | undefined {
  if (reference.startsWith('/')) return undefined;
  const steps = folder === '.' ? [] : folder.split('/');
  for (const step of reference.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.length === 0 ? '.' : steps.join('/');
}

/** Whether `path` is `folder` itself or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** `path` as seen from `folder`, which it must be within. */
export function below(path: string, folder: string): string {
  if (folder === '.') return path;
  return path === folder ? '.' : path.slice(folder.length + 1);
}

/** The folders `path` lies in, the nearest first, the root last. */
export function* foldersOf(path: string): Generator<string> {
  let folder = path;
  while (folder !== '.') {
    folder = folderOf(folder);
    yield folder;
  }
}
