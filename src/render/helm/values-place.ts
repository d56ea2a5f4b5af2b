/** Places that a values key, or a dependency that none reaches, makes: never inside what is fetched from elsewhere. */
import type { Path, Precision, SourceLocation, Span, TrailStep } from '../../model.ts';
import { join } from '../paths.ts';
import { wholeFile } from '../place.ts';
import type { ValuesCandidate } from './candidates.ts';
import type { HelmRender } from './render.ts';
import { overrideOf, pathIn, type Entry, type ValuesLayer, type ValuesLayers } from './values-source.ts';

/**
 * Where the key is written. A default that values files may override: the trail names the place for it in the file that wins.
 * A default of a dependency: the mapping of the chart that depends on it into which the override goes.
 */
export function keyLocation(
  { key, trial }: ValuesCandidate,
  layers: ValuesLayers,
  precision: Precision,
  trail: readonly TrailStep[],
): SourceLocation {
  const { layer, path } = key;
  const own = { file: layer.file, span: layer.locate(path), ...keyIn(layer, path, trial) };
  if (layer.vendored) {
    const label = `default of the dependency ${layers.dependency?.name ?? layers.chain.at(-1) ?? ''}`;
    const step = { label, file: own.file, span: own.span };
    const override = overrideOf(layers, trial);
    if (override !== undefined) {
      const { file } = override.layer;
      const span = override.layer.locate(override.path);
      return { file, span, precision, trail: [step, ...trail], ...keyIn(override.layer, override.path, trial) };
    }
    const { dependency } = layers;
    if (dependency !== undefined)
      return { file: dependency.file, span: dependency.span, precision: 'nearest', trail: [step, ...trail] };
    return { ...own, precision, trail: [...trail] };
  }
  const [winner] = layers.layers;
  if (!layer.defaults || winner === undefined || winner.defaults) return { ...own, precision, trail: [...trail] };
  const within = overrideOf({ ...layers, layers: [winner] }, trial)?.path ?? [];
  const step = { label: 'can be overridden here', file: winner.file, span: winner.locate(within) };
  return { ...own, precision, trail: [step, ...trail] };
}

/** What is to be set below the key that is there. */
function keyIn(layer: ValuesLayer, path: Path, trial: Path): Pick<SourceLocation, 'key'> {
  const whole = pathIn(layer, trial);
  return whole.length > path.length ? { key: whole } : {};
}

/** A finding inside a package that no value reaches: only the dependency itself can be changed. */
export function packaged(
  { unit }: HelmRender,
  trail: readonly TrailStep[],
  dependency: Entry | undefined,
  file: string,
): SourceLocation {
  const steps = trail.length > 0 ? [...trail] : [{ label: 'packaged chart', ...wholePlace(file) }];
  if (dependency === undefined) return { ...wholeFile(join(unit.root, 'Chart.yaml')), trail: steps };
  return {
    file: dependency.file,
    span: dependency.span,
    precision: 'nearest',
    trail: [dependencyStep(dependency), ...steps],
  };
}

export function dependencyStep({ name, file, span }: Entry): TrailStep {
  return { label: `no value of this chart reaches it: comes with the dependency ${name}`, file, span };
}

export function wholePlace(file: string): { file: string; span: Span } {
  const { span } = wholeFile(file);
  return { file, span };
}
