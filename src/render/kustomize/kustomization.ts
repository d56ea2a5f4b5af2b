import type { JsonMap } from '../../model.ts';
import { folderOf, isWithin, resolve } from '../paths.ts';
import { mappingOf } from '../yaml.ts';
import { namedBy, type Named } from './files.ts';

/** What ends a reference in YAML, or begins one. */
const around = /[\s"',[\]{}=]/;

/** One kustomization. Its text is parsed when something asks: a repository has hundreds, and a pull request reaches a few. */
export class Kustomization {
  readonly file: string;
  readonly folder: string;
  private readonly text: string;
  private parsed: JsonMap | undefined;
  private names: Named | undefined;
  /** What none of its references leaves. */
  private highest: string | undefined;
  private upward: readonly string[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.folder = folderOf(file);
    this.text = text;
  }

  value(): JsonMap {
    return (this.parsed ??= mappingOf(this.text) ?? {});
  }

  named(): Named {
    return (this.names ??= namedBy(this.value(), this.folder));
  }

  /** The same kustomization of another content; what it names stays. */
  holding(value: JsonMap): Kustomization {
    const other = new Kustomization(this.file, this.text);
    other.parsed = value;
    other.names = this.named();
    return other;
  }

  /** Whether its text lets it reach a path at all: below its own folder, or by a reference that goes up. */
  mayReach(path: string): boolean {
    this.highest ??= this.isEscaped() ? '.' : above(this.folder, this.text.split('..').length - 1);
    // Most go up a step or two: what lies elsewhere is seen without a look at where to.
    if (!isWithin(path, this.highest)) return false;
    if (this.isEscaped() || isWithin(path, this.folder)) return true;
    this.upward ??= upwardReferences(this.text, this.folder);
    return this.upward.some((reference) => isWithin(path, reference));
  }

  /** Whether its text could name a chart to inflate. */
  mayInflate(): boolean {
    return this.isEscaped() || this.text.includes('helmChart');
  }

  /** Whether its text could list files that configure transformers or generators. */
  mayConfigure(): boolean {
    return this.isEscaped() || /(?:transform|generat|validat)ors/.test(this.text);
  }

  /** An escape in a quoted scalar can spell a path in ways that the text does not show. */
  private isEscaped(): boolean {
    return this.text.includes('\\');
  }
}

/** The folder so many steps up; the root where they are more. */
function above(folder: string, steps: number): string {
  let highest = folder;
  for (let left = steps; left > 0; left -= 1) highest = folderOf(highest);
  return highest;
}

/** The places that the text's references with `..` lead to. A superset: taken from the text without parsing it. */
function upwardReferences(text: string, folder: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf('..'); at !== -1;) {
    let [from, to] = [at, at + '..'.length];
    while (from > 0 && !around.test(text[from - 1] ?? '')) from -= 1;
    while (to < text.length && !around.test(text[to] ?? '')) to += 1;
    const place = resolve(folder, text.slice(from, to));
    if (place !== undefined) found.push(place);
    at = text.indexOf('..', to);
  }
  return found;
}
