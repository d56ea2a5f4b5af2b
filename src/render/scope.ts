import type { Because, Change, Notice, Problem, RenderUnit, Tree } from '../model.ts';
import type { Settings } from '../settings.ts';
import type { Listing } from './listing.ts';

/** What every finder of units is given. */
export interface Scope {
  tree: Tree;
  listing: Listing;
  settings: Settings;
  /** The changed paths, former names of renamed files included; `all` when every unit is wanted. */
  changed: ReadonlySet<string> | 'all';
}

export interface Discovered {
  units: RenderUnit[];
  problems: Problem[];
  notices: Notice[];
}

export function changedPaths(changes: readonly Change[] | 'all'): ReadonlySet<string> | 'all' {
  if (changes === 'all') return 'all';
  return new Set(changes.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
}

/** Reasons collected per thing, each once, in the order they were found. */
export class Reasons {
  readonly #found = new Map<string, Because[]>();

  add(thing: string, file: string, reason: string): void {
    const known = this.#found.get(thing);
    if (known === undefined) this.#found.set(thing, [{ file, reason }]);
    else if (!known.some((one) => one.file === file && one.reason === reason)) known.push({ file, reason });
  }

  has(thing: string): boolean {
    return this.#found.has(thing);
  }

  of(thing: string): Because[] {
    return this.#found.get(thing) ?? [];
  }

  things(): string[] {
    return [...this.#found.keys()];
  }
}
