import type { JsonMap, Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { folderOf, isWithin, resolve } from '../paths.ts';
import { mappingOf, mappingsOf, textsOf } from '../yaml.ts';
import { configuring, filesOfConfiguration, partsOf } from './configured.ts';
import { namedBy, type Named } from './files.ts';
import { kustomizationNames } from './names.ts';

/** One kustomization. Its text is parsed when something asks. */
export interface Kustomization {
  folder: string;
  file: string;
  named(): Named;
  value(): JsonMap;
  /** Whether its text lets it reach a path at all: below its own folder, or by a reference that goes up. */
  mayReach(path: string): boolean;
  /** Whether its text could name a chart to inflate. */
  mayInflate: boolean;
  /** Whether its text could list files that configure transformers or generators. */
  mayConfigure: boolean;
}

/** The kustomizations of a tree, all read at one go. */
export interface Kustomizations {
  byFolder: ReadonlyMap<string, Kustomization>;
  /** The kustomizations that name a path (a file, or another kustomization's folder) themselves. */
  namers(path: string): Kustomization[];
  /** Whether a kustomization inflates the chart in this folder. */
  inflates(chart: string): boolean;
}

const graphs = new WeakMap<Tree, Promise<Kustomizations>>();

export function kustomizationsOf(tree: Tree, listing: Listing): Promise<Kustomizations> {
  const known = graphs.get(tree);
  if (known !== undefined) return known;
  const made = readAll(tree, listing);
  graphs.set(tree, made);
  return made;
}

async function readAll(tree: Tree, listing: Listing): Promise<Kustomizations> {
  const fileOf = new Map<string, string>();
  // kustomize takes the first of these names that is there.
  for (const name of kustomizationNames)
    for (const file of listing.named(name)) if (!fileOf.has(folderOf(file))) fileOf.set(folderOf(file), file);
  const files = [...fileOf].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, file]) => file);
  const list = listing.named(kustomizationNames[0]);
  const blobs = files.flatMap((file) => blobAt(listing, file) ?? []);
  const held = JSON.stringify([files, blobs]);
  const other = blobs.length < files.length ? undefined : alike.get(list);
  if (other?.held === held) {
    const all = await other.all;
    // What configurations name is read from files beside them, which may differ.
    if (![...all.byFolder.values()].some(({ mayConfigure }) => mayConfigure)) return all;
  }
  const all = graphOf(files, tree, listing);
  alike.set(list, { held, all });
  return all;
}

/**
 * What is being made of kustomizations, by the list of one of their names, which head and base share where they hold the same paths of
 * it; `held` tells the paths and blobs of all. Mostly both have the same kustomizations: then they are read and looked at once.
 */
const alike = new WeakMap<readonly string[], { held: string; all: Promise<Kustomizations> }>();

async function graphOf(files: readonly string[], tree: Tree, listing: Listing): Promise<Kustomizations> {
  const texts = await tree.readMany(files);
  const byFolder = new Map<string, Kustomization>();
  for (const file of files) {
    const one = kustomization(file, texts.get(file)?.toString('utf8') ?? '');
    byFolder.set(one.folder, one);
  }
  await addConfigured(byFolder, tree, listing);
  const all = [...byFolder.values()];
  const inflating = all.filter(({ mayInflate }) => mayInflate);
  return {
    byFolder,
    inflates: (chart) => inflating.some((one) => one.named().charts.includes(chart)),
    namers: (path) => all.filter((one) => one.folder !== path && one.mayReach(path) && names(one.named(), path)),
  };
}

/** The blob that a path holds by itself; undefined for a link, and where blobs have no ids. */
function blobAt(listing: Listing, path: string): string | undefined {
  const entry = listing.find(path);
  return entry?.type === 'file' && entry.oid !== '' ? entry.oid : undefined;
}

/** Adds the files that configurations of transformers and generators name: what they hold is in no kustomization. */
async function addConfigured(
  byFolder: ReadonlyMap<string, Kustomization>,
  tree: Tree,
  listing: Listing,
): Promise<void> {
  const configurations = [...byFolder.values()]
    .filter(({ mayConfigure }) => mayConfigure)
    .map((one) => {
      const references = configuring.flatMap((key) => textsOf(one.value()[key]));
      const inline = references.filter((text) => text.includes('\n'));
      const files = references.flatMap((text) => partsOf(one, text, (path) => byFolder.get(path)));
      return { one, inline, files: files.filter((file) => listing.has(file)) };
    });
  const texts = await tree.readMany([...new Set(configurations.flatMap(({ files }) => files))]);
  for (const { one, inline, files } of configurations) {
    const held = [...inline, ...files.flatMap((file) => texts.get(file)?.toString('utf8') ?? [])];
    const named = held
      .flatMap((text) => mappingsOf(text).map(({ value }) => value))
      .flatMap(filesOfConfiguration)
      .flatMap((reference) => resolve(one.folder, reference) ?? []);
    one.named().files.push(...named);
  }
}

function names(named: Named, path: string): boolean {
  return (
    named.parts.includes(path) || named.files.includes(path) || named.charts.some((chart) => isWithin(path, chart))
  );
}

function kustomization(file: string, text: string): Kustomization {
  const folder = folderOf(file);
  let value: JsonMap | undefined;
  let named: Named | undefined;
  let upward: readonly string[] | undefined;
  const valueOf = (): JsonMap => (value ??= mappingOf(text) ?? {});
  // An escape in a quoted scalar can spell a path in ways that the text does not show.
  const isEscaped = text.includes('\\');
  return {
    folder,
    file,
    value: valueOf,
    mayInflate: isEscaped || text.includes('helmChart'),
    mayConfigure: isEscaped || /(?:transform|generat|validat)ors/.test(text),
    named: () => (named ??= namedBy(valueOf(), folder)),
    mayReach: (path) => {
      if (isEscaped || isWithin(path, folder)) return true;
      upward ??= upwardReferences(text, folder);
      return upward.some((reference) => isWithin(path, reference));
    },
  };
}

/** What ends a reference in YAML, or begins one. */
const around = /[\s"',[\]{}=]/;

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

/** Everything a kustomization reads: files to export, and what it names elsewhere. */
export interface Closure {
  /** The root's own file; undefined when it has none. */
  kustomization: string | undefined;
  files: string[];
  folders: string[];
  /** The kustomization files among them. */
  kustomizations: string[];
  charts: string[];
}

/** Walks from a kustomization through everything it includes. Cycles end where they began. */
export function closureOf(root: string, all: Kustomizations, listing: Listing): Closure {
  const closure: Closure = {
    kustomization: all.byFolder.get(root)?.file,
    files: [],
    folders: [],
    kustomizations: [],
    charts: [],
  };
  const files = new Set<string>();
  const seen = new Set<string>();
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const one = all.byFolder.get(folder);
    if (one === undefined || seen.has(folder)) continue;
    seen.add(folder);
    files.add(one.file);
    closure.kustomizations.push(one.file);
    const named = one.named();
    for (const path of [...named.parts, ...named.files])
      if (listing.has(path)) files.add(path);
      else if (listing.hasFolder(path)) open.push(path);
    closure.charts.push(...named.charts.filter((chart) => listing.hasFolder(chart)));
  }
  closure.files = [...files].sort();
  closure.folders = [...seen].sort();
  return closure;
}
