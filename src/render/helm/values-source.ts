/** Values files with positions, by precedence: which file and key a value of the chart comes from. */
import { parseManifests } from '../../manifest/parse.ts';
import { dig } from '../../subjects/values.ts';
import type { HelmUnit, Json, JsonMap, Path, Span } from '../../model.ts';
import { join } from '../paths.ts';
import { wholeFile } from '../place.ts';
import type { ValuesPath } from './references.ts';

/** One source of values, as a chart (or one of its subcharts) sees it. */
export interface ValuesLayer {
  /** Relative to the repository. */
  file: string;
  value: JsonMap;
  /** Where the chart's own values begin inside `value`: `[]` for the chart itself, `['sub']` for a subchart's. */
  prefix: Path;
  /** Whether it is the defaults that a chart ships. */
  defaults: boolean;
  /** Whether they are those of a dependency that is fetched from elsewhere: what is changed there is lost. */
  vendored: boolean;
  locate(path: Path): Span;
}

/** The values that one chart sees. */
export interface ValuesLayers {
  /** Highest precedence first. */
  layers: readonly ValuesLayer[];
  /** Subcharts from the chart that is rendered down to this one, by the names their values go by. */
  chain: readonly string[];
  /** The entry in Chart.yaml of the dependency fetched from elsewhere that this chart is, or belongs to. */
  dependency?: Entry;
}

/** A dependency's entry in a Chart.yaml. */
export interface Entry {
  name: string;
  file: string;
  span: Span;
}

/** The default values of one subchart of a chain. */
export interface Defaults {
  /** Relative to the repository: its values.yaml, or the package it is in; empty where there is none. */
  file: string;
  /** Of a packaged chart, whose file is none to point into. */
  text?: string;
  vendored: boolean;
}

/** A key in a values file. */
export interface ValuesKey {
  layer: ValuesLayer;
  /** Path in the file's values. */
  path: Path;
  value: Json;
}

/**
 * The layers that a template of `chain` sees.
 * @param chain subcharts from the chart down to the one the template is in, by the names their values go by
 * @param defaults theirs
 */
export function valuesLayers(
  unit: HelmUnit,
  chain: readonly string[],
  defaults: readonly Defaults[],
  read: (file: string) => string | undefined,
): ValuesLayers {
  const layers: ValuesLayer[] = [];
  for (const inline of [...(unit.inlineValues ?? [])].reverse()) {
    const text = read(inline.file);
    const document =
      text === undefined ? undefined : parseManifests(text).documents.find(({ index }) => index === inline.document);
    if (document === undefined) continue;
    layers.push({
      file: inline.file,
      value: inline.values,
      prefix: chain,
      defaults: false,
      vendored: false,
      locate: (path) => document.locate([...inline.path, ...path]),
    });
  }
  const add = (file: string, prefix: Path, defaults: boolean): void => {
    const text = read(file);
    const document = text === undefined ? undefined : parseManifests(text).documents[0];
    if (document !== undefined)
      layers.push({
        file,
        value: document.value,
        prefix,
        defaults,
        vendored: false,
        locate: (path) => document.locate(path),
      });
  };
  for (const file of [...unit.values].reverse()) add(file, chain, false);
  add(join(unit.root, 'values.yaml'), chain, true);
  defaults.forEach(({ file, text, vendored }, depth) => {
    const document = parseManifests(text ?? read(file) ?? '').documents[0];
    if (document === undefined) return;
    const locate = (path: Path): Span => (text === undefined ? document.locate(path) : wholeFile(file).span);
    layers.push({ file, value: document.value, prefix: chain.slice(depth + 1), defaults: true, vendored, locate });
  });
  return { layers, chain };
}

/** Path of a chart's value in a layer. `global` is the same for all charts. */
export function pathIn(layer: ValuesLayer, path: Path): Path {
  return path[0] === 'global' ? path : [...layer.prefix, ...path];
}

/** The key that sets a value: the first layer that has it. */
export function keyOf({ layers }: ValuesLayers, path: Path): ValuesKey | undefined {
  for (const layer of layers) {
    const inFile = pathIn(layer, path);
    const value = dig(layer.value, ...inFile);
    if (value !== undefined) return { layer, path: inFile, value };
  }
  return undefined;
}

/**
 * Where a value would be overridden: the deepest mapping around it that is written in a layer other than the dependency's own,
 * as deep as the dependency's name at least. Undefined where nothing of it is written yet.
 */
export function overrideOf({ layers, chain }: ValuesLayers, path: Path): Pick<ValuesKey, 'layer' | 'path'> | undefined {
  const places = layers
    .filter(({ vendored }) => !vendored)
    .map((layer) => {
      const inFile = pathIn(layer, path);
      let depth = inFile.length;
      while (depth > 0 && dig(layer.value, ...inFile.slice(0, depth)) === undefined) depth--;
      return { layer, path: inFile.slice(0, depth) };
    })
    .filter((place) => place.path.length >= Math.max(1, chain.length));
  return places.sort((a, b) => b.path.length - a.path.length)[0];
}

/**
 * The mapping of the highest layer into which a key would go that no file has yet. Undefined where that would be the top of
 * a file: a key that starts there says nothing about where it belongs.
 */
export function enclosingKey(layers: ValuesLayers, path: Path): ValuesKey | undefined {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const key = keyOf(layers, path.slice(0, depth));
    if (key !== undefined) return isPlainMap(key.value) ? key : undefined;
  }
  return undefined;
}

/** The value as helm merges it: maps of all layers together, everything else from the first layer that has it. */
export function mergedValue({ layers }: ValuesLayers, path: Path): Json | undefined {
  let merged: Json | undefined;
  for (const layer of [...layers].reverse()) {
    const value = dig(layer.value, ...pathIn(layer, path));
    if (value === null) merged = undefined;
    else if (value !== undefined) merged = merge(merged, value);
  }
  return merged;
}

function merge(under: Json | undefined, over: Json): Json {
  if (!isPlainMap(under) || !isPlainMap(over)) return over;
  const result: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merge(result[key], value);
  }
  return result;
}

function isPlainMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths without `*`: one for each item or entry that `range` walks over. Capped: a long list is not worth a long search. */
export function expand(layers: ValuesLayers, path: ValuesPath, cap = 50): Path[] {
  let paths: Path[] = [[]];
  for (const step of path) {
    if (step !== '*')
      paths = paths.map((one) => {
        // `index .Values.list 0` names an item by a number.
        const item = /^\d+$/.test(step) && Array.isArray(mergedValue(layers, one));
        return [...one, item ? Number(step) : step];
      });
    else
      paths = paths
        .flatMap((one): Path[] => {
          const value = mergedValue(layers, one);
          if (Array.isArray(value)) return value.map((_, index) => [...one, index]);
          return isPlainMap(value) ? Object.keys(value).map((key) => [...one, key]) : [];
        })
        .slice(0, cap);
  }
  return paths;
}
