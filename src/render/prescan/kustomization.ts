import { isMap, type Document, type Node } from 'yaml';
import type { Problem } from '../../model.ts';
import { chartEntries } from '../kustomize/chart-entry.ts';
import { kustomizationFile } from '../kustomize/files.ts';
import { listingOf } from '../listing.ts';
import { resolve } from '../paths.ts';
import { mappingOf } from '../yaml.ts';
import { functionProblems } from './functions.ts';
import { itemsOf, quoted, scanFile, textOf, valueOf } from './prescan.ts';
import type { ScannedFile, ScannedTree } from './prescan.ts';
import { isOptionLike, isRemote } from './reference.ts';

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

/**
 * Walks a kustomization and all it includes, and names what must not or cannot be rendered: `remote-reference`,
 * `path-outside`, `kustomize-cycle`, `kustomize-function`, `kustomize-plugin`, `kustomize-helm-charts`.
 *
 * @param root folder, relative to the repository
 */
export async function prescanKustomization(root: string, tree: ScannedTree): Promise<Problem[]> {
  const listing = await listingOf(tree);
  const problems: Problem[] = [];
  const done = new Set<string>();

  async function visit(folder: string, trail: string[], from?: Problem): Promise<void> {
    if (trail.includes(folder)) {
      const circle = [...trail.slice(trail.indexOf(folder)), folder].map((name) => quoted(name)).join(' → ');
      problems.push({
        ...from,
        code: 'kustomize-cycle',
        message: `The kustomizations include one another in a circle: ${circle}.`,
        hint: 'Take one of these references out.',
      });
      return;
    }
    if (done.has(folder) || trail.length > deepest) return;
    done.add(folder);
    const name = kustomizationFile(folder, listing);
    const scanned = name === undefined ? undefined : await scanFile(tree, name);
    const document = scanned?.documents[0];
    if (scanned === undefined || document === undefined) return;
    problems.push(...(await helmCharts(scanned, document, folder, tree)));
    for (const reference of referencesOf(document)) {
      const at = { file: scanned.file, line: scanned.lineOf(reference.node) };
      const place: Problem = { code: '', message: '', hint: '', file: at.file, ...(at.line ? { line: at.line } : {}) };
      const target = resolve(folder, reference.text);
      const local = target !== undefined && (listing.has(target) || listing.hasFolder(target));
      // A file or folder of just this name is local for us, and behind an absolute path for kustomize too, unless it is a URL.
      if (target?.split('/').includes('.git') === true && reference.text.startsWith('.'))
        problems.push(gitFolder(place, reference));
      else if (
        isRemote(reference.text) ? !local || reference.text.includes('://') : isOptionLike(reference.text) && !local
      )
        problems.push(remote(place, reference));
      else if (target === undefined) problems.push(outside(place, reference));
      else if (reference.folder && listing.hasFolder(target)) await visit(target, [...trail, folder], place);
      if (reference.plugin && target !== undefined && listing.has(target)) {
        const plugin = await scanFile(tree, target);
        if (plugin !== undefined) problems.push(...functionProblems(plugin));
      }
    }
    for (const field of ['generators', 'transformers', 'validators'])
      for (const item of itemsOf(document, valueOf(document, document.contents, field)))
        problems.push(...functionProblems(scanned, textOf(item), item));
  }

  await visit(root, []);
  return problems;
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

async function helmCharts(
  scanned: ScannedFile,
  document: Document,
  folder: string,
  tree: ScannedTree,
): Promise<Problem[]> {
  const at = (node: unknown): Pick<Problem, 'file' | 'line'> => {
    const line = scanned.lineOf(node);
    return { file: scanned.file, ...(line === undefined ? {} : { line }) };
  };
  const old = itemsOf(document, valueOf(document, document.contents, 'helmChartInflationGenerator')).flatMap(
    (chart): Problem[] => {
      if (!isMap(chart)) return [];
      return [
        {
          code: 'kustomize-helm-charts',
          message: `The chart ${quoted(textOf(valueOf(document, chart, 'chartName')) ?? '')} of helmChartInflationGenerator is not supported.`,
          hint: 'Write it as an entry of helmCharts, which took its place.',
          ...at(chart),
        },
      ];
    },
  );
  const items = itemsOf(document, valueOf(document, document.contents, 'helmCharts'));
  if (items.length === 0) return old;
  const value = mappingOf((await tree.read(scanned.file))?.toString('utf8') ?? '') ?? {};
  const entries = await chartEntries(value, folder, tree, await listingOf(tree));
  return [
    ...entries.flatMap((entry) => {
      if ('chart' in entry) return [];
      const { index, ...fault } = entry;
      return [{ ...fault, ...at(items[index]) }];
    }),
    ...old,
  ];
}

const remote = (place: Problem, reference: Reference): Problem => ({
  ...place,
  code: 'remote-reference',
  message: `Remote reference not fetched: ${quoted(reference.text)} in ${reference.field}.`,
  hint: 'Commit the files to the repository and name their path; nothing is fetched while rendering.',
});

const gitFolder = (place: Problem, reference: Reference): Problem => ({
  ...place,
  code: 'path-outside',
  message: `The path ${quoted(reference.text)} in ${reference.field} leads into git's own folder, which is no part of a commit.`,
  hint: 'Name a file or folder of the repository, relative to this file.',
});

const outside = (place: Problem, reference: Reference): Problem => ({
  ...place,
  code: 'path-outside',
  message: `The path ${quoted(reference.text)} in ${reference.field} leaves the repository.`,
  hint: 'Name a file or folder of the repository, relative to this file.',
});
