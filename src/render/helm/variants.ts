import picomatch from 'picomatch';
import type { HelmUnit } from '../../model.ts';
import type { ReleaseSettings } from '../../settings.ts';
import type { Reference } from '../gitops/reference.ts';
import type { Listing } from '../listing.ts';
import { namespaceName, releaseName } from '../names.ts';
import { join, nameOf } from '../paths.ts';

/** A chart with one set of values: a unit that still lacks its reasons. */
export interface Variant extends Omit<HelmUnit, 'kind' | 'because'> {
  /** Where the set of values was named, and the file that names it. */
  source: { file: string; object: string } | undefined;
  /** Files outside `values` whose content ends up in the values. */
  reads: string[];
}

/**
 * The sets of values a chart is rendered with: what the settings say; else what the repository's own GitOps objects say;
 * else the chart's defaults, and each of the values files for tests (`ci/*-values.yaml`) and for environments
 * (`values-prod.yaml`, `values.prod.yaml`, `prod-values.yaml`, `values/prod.yaml`) that lie in the chart.
 */
export function variantsOf(
  chart: string,
  name: string,
  releases: readonly ReleaseSettings[],
  references: readonly Reference[],
  listing: Listing,
): Variant[] {
  if (releases.length > 0) return distinct(releases.map((release) => fromSettings(chart, name, release)));
  if (references.length > 0) return distinct(references.map((reference) => fromReference(chart, reference, listing)));
  return ['', ...inferredValues(chart, listing)].map((file) => ({
    ...identity(chart, file),
    values: file === '' ? [] : [join(chart, file)],
    release: { name: releaseName(name), namespace: 'default' },
    source: undefined,
    reads: [],
  }));
}

const environment = picomatch(['values-*.{yaml,yml}', 'values.*.{yaml,yml}', '*-values.{yaml,yml}']);
const ci = picomatch('*-values.{yaml,yml}');
const yaml = picomatch('*.{yaml,yml}');

/** Values files that lie in a chart and that nothing else names, relative to it. */
export function inferredValues(chart: string, listing: Listing): string[] {
  return [
    ...listing.filesIn(chart).filter((file) => environment(file)),
    ...listing.filesIn(join(chart, 'values')).flatMap((file) => (yaml(file) ? [`values/${file}`] : [])),
    ...listing.filesIn(join(chart, 'ci')).flatMap((file) => (ci(file) ? [`ci/${file}`] : [])),
  ];
}

function identity(root: string, variant: string): Pick<Variant, 'id' | 'root' | 'variant'> {
  return { id: variant === '' ? `helm:${root}` : `helm:${root}@${variant}`, root, variant };
}

function fromSettings(chart: string, name: string, release: ReleaseSettings): Variant {
  return {
    ...identity(chart, release.variant),
    values: release.values,
    release: { name: releaseName(release.name || name), namespace: namespaceName(release.namespace) },
    source: undefined,
    reads: [],
  };
}

function fromReference(chart: string, reference: Reference, listing: Listing): Variant {
  const values = reference.values.filter(({ path, optional }) => !optional || listing.has(path));
  return {
    ...identity(chart, reference.variant),
    values: values.map(({ path }) => path),
    ...(reference.inlineValues.length === 0 ? {} : { inlineValues: reference.inlineValues }),
    release: reference.release,
    source: { file: reference.file, object: reference.object },
    reads: [...reference.reads, ...reference.values.map(({ path }) => path)],
  };
}

/** Two sets of values of one name get numbers, so that each keeps an id of its own. */
function distinct(variants: Variant[]): Variant[] {
  const counts = new Map<string, number>();
  return variants.map((variant) => {
    const count = (counts.get(variant.id) ?? 0) + 1;
    counts.set(variant.id, count);
    return count === 1 ? variant : { ...variant, ...identity(variant.root, `${variant.variant}#${count}`) };
  });
}

/** The chart's name as a release gets it when nothing else names one. */
export function defaultRelease(chart: string, metadataName: string | undefined): string {
  return chart === '.' ? (metadataName ?? '') : nameOf(chart);
}
