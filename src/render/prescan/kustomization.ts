import { isMap, type Document, type Node } from 'yaml';
import type { Problem } from '../../model.ts';
import { functionProblems } from './functions.ts';
import { itemsOf, joined, quoted, scanFile, textOf, valueOf } from './prescan.ts';
import type { Prescan, ScannedFile, ScannedTree } from './prescan.ts';
import { isOptionLike, isRemote } from './reference.ts';

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Kustomize nests no deeper in practice; a longer chain is left to the tool and its limits. */
const deepest = 64;

/** What a kustomization names: with the folder it is relative to. */
interface Reference {
  text: string;
  node: unknown;
  /** Shown in messages: `resources`, `patches[].path` …. */
  field: string;
  /** Whether another kustomization may stand there. */
  folder: boolean;
  /** Whether the file there is a plugin's or function's configuration. */
  plugin: boolean;
}

/** A `helmCharts` entry, as it is written. */
export interface HelmChartReference {
  file: string;
  line?: number;
  name: string;
  repo: string;
  version: string;
}

export interface KustomizationPrescan extends Prescan {
  helmCharts: HelmChartReference[];
  /** The kustomization files that were read, in the order they were met. */
  files: string[];
}

/**
 * Walks a kustomization and all it includes, and names what must not or cannot be rendered: `remote-reference`,
 * `path-outside`, `kustomize-cycle`, `kustomize-function`, `kustomize-plugin`, `kustomize-helm-charts`.
 *
 * @param root folder, relative to the repository
 */
export async function prescanKustomization(root: string, tree: ScannedTree): Promise<KustomizationPrescan> {
  const files = new Set<string>();
  const folders = new Set<string>(['.']);
  for (const entry of await tree.entries()) {
    files.add(entry.path);
    for (let at = entry.path.lastIndexOf('/'); at > 0; at = entry.path.lastIndexOf('/', at - 1)) {
      const folder = entry.path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  const found: KustomizationPrescan = { problems: [], notices: [], helmCharts: [], files: [] };
  const done = new Set<string>();

  async function visit(folder: string, trail: string[], from?: Problem): Promise<void> {
    if (trail.includes(folder)) {
      const circle = [...trail.slice(trail.indexOf(folder)), folder].map((name) => quoted(name)).join(' → ');
      found.problems.push({
        ...from,
        code: 'kustomize-cycle',
        message: `The kustomizations include one another in a circle: ${circle}.`,
        hint: 'Take one of these references out.',
      });
      return;
    }
    if (done.has(folder) || trail.length > deepest) return;
    done.add(folder);
    const name = names.map((each) => joined(folder, each) ?? '').find((path) => files.has(path));
    const scanned = name === undefined ? undefined : await scanFile(tree, name);
    const document = scanned?.documents[0];
    if (scanned === undefined || document === undefined) return;
    found.files.push(scanned.file);
    helmCharts(scanned, document, found);
    for (const reference of referencesOf(document)) {
      const at = { file: scanned.file, line: scanned.lineOf(reference.node) };
      const place: Problem = { code: '', message: '', hint: '', file: at.file, ...(at.line ? { line: at.line } : {}) };
      const target = joined(folder, reference.text);
      const local = target !== undefined && (files.has(target) || folders.has(target));
      // A file or folder of just this name is local for us, and behind an absolute path for kustomize too, unless it is a URL.
      if (isRemote(reference.text) ? !local || reference.text.includes('://') : isOptionLike(reference.text) && !local)
        found.problems.push(remote(place, reference));
      else if (target === undefined) found.problems.push(outside(place, reference));
      else if (reference.folder && folders.has(target)) await visit(target, [...trail, folder], place);
      if (reference.plugin && target !== undefined && files.has(target)) {
        const plugin = await scanFile(tree, target);
        if (plugin !== undefined) found.problems.push(...functionProblems(plugin));
      }
    }
    for (const field of ['generators', 'transformers', 'validators'])
      for (const item of itemsOf(document, valueOf(document, document.contents, field)))
        found.problems.push(...functionProblems(scanned, textOf(item), item));
  }

  await visit(root, []);
  return found;
}

function referencesOf(document: Document): Reference[] {
  const root = document.contents;
  const references: Reference[] = [];
  const add = (field: string, node: Node | undefined, more: Partial<Reference> = {}): void => {
    const text = textOf(node);
    // Several lines are an object written in place, not a path.
    if (text !== undefined && text !== '' && !text.includes('\n'))
      references.push({ text, node, field, folder: false, plugin: false, ...more });
  };
  const list = (field: string, more: Partial<Reference> = {}): void => {
    for (const item of itemsOf(document, valueOf(document, root, field))) add(field, item, more);
  };
  const paths = (field: string, key = 'path'): void => {
    for (const item of itemsOf(document, valueOf(document, root, field)))
      add(`${field}[].${key}`, valueOf(document, item, key));
  };
  for (const field of ['resources', 'bases', 'components']) list(field, { folder: true });
  for (const field of ['generators', 'transformers', 'validators']) list(field, { folder: true, plugin: true });
  for (const field of ['crds', 'configurations', 'patchesStrategicMerge']) list(field);
  for (const field of ['patches', 'patchesJson6902', 'replacements']) paths(field);
  add('openapi.path', valueOf(document, valueOf(document, root, 'openapi'), 'path'));
  add('helmGlobals.chartHome', valueOf(document, valueOf(document, root, 'helmGlobals'), 'chartHome'));
  for (const field of ['helmCharts', 'helmChartInflationGenerator']) {
    paths(field, 'valuesFile');
    for (const chart of itemsOf(document, valueOf(document, root, field)))
      for (const file of itemsOf(document, valueOf(document, chart, 'additionalValuesFiles')))
        add(`${field}[].additionalValuesFiles`, file);
  }
  for (const field of ['configMapGenerator', 'secretGenerator'])
    for (const generator of itemsOf(document, valueOf(document, root, field))) {
      add(`${field}[].env`, valueOf(document, generator, 'env'));
      for (const file of itemsOf(document, valueOf(document, generator, 'envs'))) add(`${field}[].envs`, file);
      for (const file of itemsOf(document, valueOf(document, generator, 'files'))) {
        const text = textOf(file);
        // `key=path`; the key is a plain name.
        if (text !== undefined) add(`${field}[].files`, file, { text: text.replace(/^[-._a-zA-Z0-9]+=/, '') });
      }
    }
  return references;
}

function helmCharts(scanned: ScannedFile, document: Document, found: KustomizationPrescan): void {
  for (const field of ['helmCharts', 'helmChartInflationGenerator'])
    for (const chart of itemsOf(document, valueOf(document, document.contents, field))) {
      if (!isMap(chart)) continue;
      const line = scanned.lineOf(chart);
      const text = (key: string): string => textOf(valueOf(document, chart, key)) ?? '';
      const entry = { name: text('name') || text('chartName'), repo: text('repo') || text('chartRepo') };
      const at = { file: scanned.file, ...(line === undefined ? {} : { line }) };
      found.helmCharts.push({ ...at, ...entry, version: text('version') || text('chartVersion') });
      found.problems.push({
        ...at,
        code: 'kustomize-helm-charts',
        message: `The chart ${quoted(entry.name)} of ${field} is not supported: kustomize would start helm to render it.`,
        hint: 'Render the chart as a unit of its own, or commit what it renders to.',
      });
    }
}

const remote = (place: Problem, reference: Reference): Problem => ({
  ...place,
  code: 'remote-reference',
  message: `Remote reference not fetched: ${quoted(reference.text)} in ${reference.field}.`,
  hint: 'Commit the files to the repository and name their path; nothing is fetched while rendering.',
});

const outside = (place: Problem, reference: Reference): Problem => ({
  ...place,
  code: 'path-outside',
  message: `The path ${quoted(reference.text)} in ${reference.field} leaves the repository.`,
  hint: 'Name a file or folder of the repository, relative to this file.',
});
