import { parseManifests } from '../../manifest/parse.ts';
import { folderOf, join } from '../paths.ts';
import type { Trial } from './again.ts';
import { chartMetadata } from './charts.ts';
import type { HelmRender } from './render.ts';
import { valuesLayers, type Defaults, type Entry, type ValuesLayers } from './values-source.ts';

/** Values as the chart sees them whose template printed a source: the chart itself, or a subchart under its name. */
export function layersIndex(
  render: HelmRender,
  chartName: string,
  trial: Trial,
): (source: string) => Promise<ValuesLayers> {
  const known = new Map<string, Promise<ValuesLayers>>();
  return (source) => {
    const chain = [...source.matchAll(/(?:^|\/)charts\/([^/]+)(?=\/)/g)].map(([, name]) => name ?? '');
    const key = chain.join('/');
    let layers = known.get(key);
    if (layers === undefined) known.set(key, (layers = readLayers(render, chartName, chain, trial)));
    return layers;
  };
}

async function readLayers(
  render: HelmRender,
  chartName: string,
  chain: readonly string[],
  trial: Trial,
): Promise<ValuesLayers> {
  const { unit, context, sources } = render;
  const defaults: Defaults[] = [];
  let parent: string | undefined = unit.root;
  let dependency: Entry | undefined;
  for (const [depth, name] of chain.entries()) {
    const inside = chain
      .slice(0, depth + 1)
      .map((one) => `charts/${one}`)
      .join('/');
    const file = sources.fileOf(`${chartName}/${inside}/values.yaml`);
    dependency ??= parent === undefined ? undefined : await fetchedFrom(render, parent, name);
    const isPackage = file.endsWith('.tgz');
    const text = isPackage ? await packagedValues(render, parent ?? unit.root, name, trial) : undefined;
    defaults.push({ file, ...(text === undefined ? {} : { text }), vendored: isPackage || dependency !== undefined });
    parent = isPackage || file === '' ? undefined : folderOf(file);
  }
  const wanted = [
    ...unit.values,
    ...(unit.inlineValues ?? []).map(({ file }) => file),
    join(unit.root, 'values.yaml'),
    ...defaults.flatMap(({ file, text }) => (text === undefined && file.endsWith('.yaml') ? [file] : [])),
  ];
  const files = await context.tree.readMany([...new Set(wanted)]);
  const layers = valuesLayers(unit, chain, defaults, (file) => files.get(file)?.toString('utf8'));
  return dependency === undefined ? layers : { ...layers, dependency };
}

/** The entry of a dependency that is fetched from elsewhere; undefined for one that is written here. */
async function fetchedFrom({ context }: HelmRender, parent: string, name: string): Promise<Entry | undefined> {
  const { dependencies = [] } = (await chartMetadata(context.tree, [parent])).get(parent) ?? {};
  const known = dependencies.find((one) => (one.alias || one.name) === name);
  if (known === undefined || known.repository === '' || known.repository.startsWith('file://')) return undefined;
  for (const file of [join(parent, 'Chart.yaml'), join(parent, 'requirements.yaml')]) {
    const [document] = parseManifests((await context.tree.read(file))?.toString('utf8') ?? '').documents;
    const list = document?.value.dependencies;
    const entries: readonly unknown[] = Array.isArray(list) ? list : [];
    const index = entries.findIndex((one) => isEntryOf(one, known));
    if (document !== undefined && index !== -1)
      return { name: known.name, file, span: document.locate(['dependencies', index]) };
  }
  return undefined;
}

function isEntryOf(entry: unknown, { name, alias }: { name: string; alias: string }): boolean {
  if (typeof entry !== 'object' || entry === null || !('name' in entry) || entry.name !== name) return false;
  return ('alias' in entry ? entry.alias : '') === alias;
}

/** The default values of a packaged subchart of the chart itself; those of packages in packages are not looked for. */
async function packagedValues(
  { unit, context }: HelmRender,
  parent: string,
  name: string,
  trial: Trial,
): Promise<string | undefined> {
  if (parent !== unit.root) return undefined;
  const { dependencies = [] } = (await chartMetadata(context.tree, [parent])).get(parent) ?? {};
  const own = dependencies.find(({ alias }) => alias === name)?.name ?? name;
  return trial.file(`charts/${own}/values.yaml`);
}
