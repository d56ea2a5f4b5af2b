import type { Listing } from '../listing.ts';
import { join } from '../paths.ts';
import { chartMetadata, localDependencies, type ChartMetadata } from './charts.ts';
import type { Tree } from '../../model.ts';

/** Turns the names helm prints (`# Source: api/charts/redis/templates/x.yaml`) into files of the repository. */
export interface Sources {
  /** Empty when no file of the repository goes by that name. */
  fileOf(source: string): string;
}

/** Reads the chart and what lies in its `charts/`, so that subcharts are found by name, alias or package. */
export async function sourcesOf(tree: Tree, listing: Listing, chart: string): Promise<Sources> {
  const folders = new Map<string, ChartMetadata>();
  let open = [chart];
  while (open.length > 0) {
    const read = await chartMetadata(tree, open);
    const next: string[] = [];
    for (const [folder, metadata] of read) {
      folders.set(folder, metadata);
      next.push(...vendored(folder, listing), ...localDependencies(folder, metadata, listing).map(({ from }) => from));
    }
    open = next.filter((folder) => !folders.has(folder));
  }
  const subchart = (parent: string, name: string): string | undefined => {
    const known = folders.get(parent);
    const aliased = known?.dependencies.find(({ alias }) => alias === name)?.name;
    const names = aliased === undefined ? [name] : [name, aliased];
    const local = known === undefined ? [] : localDependencies(parent, known, listing);
    const candidates = [
      ...names.map((one) => join(parent, `charts/${one}`)),
      ...local.filter((one) => names.includes(one.name)).map(({ from }) => from),
      ...vendored(parent, listing).filter((folder) => names.includes(folders.get(folder)?.name ?? '')),
    ];
    return candidates.find((folder) => folders.has(folder)) ?? packageOf(parent, names, listing);
  };
  return {
    fileOf: (source) => {
      const steps = source.split('/').slice(1);
      let at = chart;
      while (steps[0] === 'charts' && steps.length > 2) {
        const found = subchart(at, steps[1] ?? '');
        if (found === undefined) return '';
        if (found.endsWith('.tgz')) return found;
        at = found;
        steps.splice(0, 2);
      }
      if (steps.includes('..')) return '';
      const file = join(at, steps.join('/'));
      return listing.has(file) ? file : '';
    },
  };
}

function vendored(chart: string, listing: Listing): string[] {
  const shelf = join(chart, 'charts');
  return listing
    .foldersIn(shelf)
    .map((name) => join(shelf, name))
    .filter((folder) => listing.has(join(folder, 'Chart.yaml')));
}

/** A subchart that lies in `charts/` as a package: the package is the file. */
function packageOf(parent: string, names: readonly string[], listing: Listing): string | undefined {
  const shelf = join(parent, 'charts');
  const file = listing
    .filesIn(shelf)
    .find((one) => one.endsWith('.tgz') && names.some((name) => new RegExp(`^${escaped(name)}-v?\\d`).test(one)));
  return file === undefined ? undefined : join(shelf, file);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

const marker = /^# Source: (.+)$/;

/**
 * For each line of helm's output, from 1, asks which source it belongs to. Only the comment that helm itself writes, right after
 * the document's `---`, counts: one that a template prints further down does not.
 */
export function sourceLines(text: string): (line: number) => string {
  const starts: { line: number; source: string }[] = [];
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const source = line.startsWith('# Source: ') ? marker.exec(line)?.[1] : undefined;
    if (source !== undefined && (index === 0 || lines[index - 1]?.trimEnd() === '---'))
      starts.push({ line: index + 1, source });
  });
  return (line) => starts.findLast((start) => start.line < line)?.source ?? '';
}
