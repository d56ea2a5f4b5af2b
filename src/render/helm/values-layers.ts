import { join } from '../paths.ts';
import type { HelmRender } from './render.ts';
import { valuesLayers, type ValuesLayers } from './values-source.ts';

/** Values as the chart sees them whose template printed a source: the chart itself, or a subchart under its name. */
export function layersIndex(render: HelmRender, chartName: string): (source: string) => Promise<ValuesLayers> {
  const known = new Map<string, Promise<ValuesLayers>>();
  return (source) => {
    const chain = [...source.matchAll(/(?:^|\/)charts\/([^/]+)(?=\/)/g)].map(([, name]) => name ?? '');
    const key = chain.join('/');
    let layers = known.get(key);
    if (layers === undefined) known.set(key, (layers = readLayers(render, chartName, chain)));
    return layers;
  };
}

async function readLayers(render: HelmRender, chartName: string, chain: readonly string[]): Promise<ValuesLayers> {
  const { unit, context, sources } = render;
  const defaults = chain.map((_, depth) =>
    sources.fileOf(
      `${chartName}/${chain
        .slice(0, depth + 1)
        .map((name) => `charts/${name}`)
        .join('/')}/values.yaml`,
    ),
  );
  const wanted = [
    ...unit.values,
    ...(unit.inlineValues ?? []).map(({ file }) => file),
    join(unit.root, 'values.yaml'),
    ...defaults.filter((file) => file.endsWith('.yaml')),
  ];
  const files = await context.tree.readMany([...new Set(wanted)]);
  return valuesLayers(unit, chain, defaults, (file) => files.get(file)?.toString('utf8'));
}
