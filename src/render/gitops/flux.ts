import type { InlineValues, JsonMap, Path } from '../../model.ts';
import { generatedMaps } from '../kustomize/files.ts';
import type { Kustomizations } from '../kustomize/graph.ts';
import { namespaceName, releaseName } from '../names.ts';
import { folderOf, join, resolve } from '../paths.ts';
import type { Scope } from '../scope.ts';
import { isMap, listOf, mapOf, mappingOf, mappingsOf, textOf, textsOf } from '../yaml.ts';
import { setParameter } from './parameters.ts';
import { inline, type GitOpsObject, type References, type ValuesFile } from './reference.ts';

export interface FluxContext extends Scope {
  kustomizations: Kustomizations;
  /** All GitOps objects that were read; charts can be named by objects of their own. */
  objects: readonly GitOpsObject[];
}

const nothing: References = { followed: [], unfollowed: [] };

/** What a HelmRelease or a Flux Kustomization deploys from this repository. */
export async function fluxReferences(object: GitOpsObject, context: FluxContext): Promise<References> {
  const group = textOf(object.value.apiVersion).split('/')[0];
  if (group === 'helm.toolkit.fluxcd.io' && object.value.kind === 'HelmRelease') return helmRelease(object, context);
  if (group === 'kustomize.toolkit.fluxcd.io' && object.value.kind === 'Kustomization')
    return kustomization(object, context);
  return nothing;
}

function kustomization(object: GitOpsObject, { listing }: FluxContext): References {
  const spec = mapOf(object.value.spec);
  const name = textOf(mapOf(object.value.metadata).name);
  const shown = `Kustomization ${name}`;
  const folder = resolve('.', (textOf(spec.path) || '.').replace(/^\/+/, ''));
  if (folder === undefined || !listing.hasFolder(folder))
    return {
      followed: [],
      unfollowed: [
        { file: object.file, object: shown, reason: `this repository has no folder ${textOf(spec.path)}`, reads: [] },
      ],
    };
  const changes = [
    'patches',
    'images',
    'components',
    'postBuild',
    'namePrefix',
    'nameSuffix',
    'targetNamespace',
    'commonMetadata',
  ];
  return {
    followed: [
      {
        object: shown,
        variant: name,
        file: object.file,
        document: object.document,
        folder,
        release: { name: releaseName(name), namespace: namespaceName(textOf(spec.targetNamespace)) },
        values: [],
        inlineValues: [],
        reads: [],
        // Flux makes a kustomization of everything below a folder that has none.
        directory: { recurse: true, include: '', exclude: '' },
        ignored: changes.filter((key) => spec[key] !== undefined),
      },
    ],
    unfollowed: [],
  };
}

async function helmRelease(object: GitOpsObject, context: FluxContext): Promise<References> {
  const { listing } = context;
  const spec = mapOf(object.value.spec);
  const metadata = mapOf(object.value.metadata);
  const name = textOf(metadata.name);
  const shown = `HelmRelease ${name}`;
  // A patch of a release that stands elsewhere says nothing about the chart.
  if (spec.chart === undefined && spec.chartRef === undefined) return nothing;
  const chart = chartSpec(spec, context);
  const { values, reads, ignored } = await releaseValues(object, spec, context);
  const fromRepository = ['GitRepository', 'Bucket', ''].includes(textOf(mapOf(chart?.sourceRef).kind));
  const folder = chart === undefined || !fromRepository ? undefined : resolve('.', textOf(chart.chart));
  if (chart === undefined || folder === undefined || !listing.has(join(folder, 'Chart.yaml'))) {
    const reason = `its chart ${textOf(chart?.chart) || textOf(mapOf(spec.chartRef).name)} is not in this repository`;
    return { followed: [], unfollowed: [{ file: object.file, object: shown, reason, reads }] };
  }
  const target = textOf(spec.targetNamespace);
  const valuesFiles: ValuesFile[] = [...textsOf(chart.valuesFiles), ...textsOf(chart.valuesFile)].flatMap((file) => {
    const path = resolve('.', file);
    return path === undefined ? [] : [{ path, optional: chart.ignoreMissingValuesFiles === true }];
  });
  return {
    followed: [
      {
        object: shown,
        variant: namespaceIn(metadata) === '' ? name : `${namespaceIn(metadata)}/${name}`,
        file: object.file,
        document: object.document,
        folder,
        release: {
          name: releaseName(textOf(spec.releaseName) || (target === '' ? name : `${target}-${name}`)),
          namespace: namespaceName(target || namespaceIn(metadata)),
        },
        values: valuesFiles,
        inlineValues: values,
        reads,
        directory: { recurse: false, include: '', exclude: '' },
        ignored: [...ignored, ...(spec.postRenderers === undefined ? [] : ['postRenderers'])],
      },
    ],
    unfollowed: [],
  };
}

function namespaceIn(metadata: JsonMap): string {
  return textOf(metadata.namespace);
}

/** The chart a release names: in itself, or through a HelmChart object of the repository. */
function chartSpec(spec: JsonMap, { objects }: FluxContext): JsonMap | undefined {
  const own = mapOf(spec.chart).spec;
  if (isMap(own)) return own;
  const reference = mapOf(spec.chartRef);
  if (reference.kind !== 'HelmChart') return undefined;
  const chart = objects.find(
    ({ value }) => value.kind === 'HelmChart' && mapOf(value.metadata).name === reference.name,
  );
  return chart === undefined ? undefined : mapOf(chart.value.spec);
}

interface ReleaseValues {
  values: InlineValues[];
  reads: string[];
  ignored: string[];
}

/** `valuesFrom` in order, then `values`: Flux merges them in this order. */
async function releaseValues(object: GitOpsObject, spec: JsonMap, context: FluxContext): Promise<ReleaseValues> {
  const found: ReleaseValues = { values: [], reads: [], ignored: [] };
  for (const from of listOf(spec.valuesFrom).map(mapOf)) {
    const held = await heldValues(object, from, context);
    if (held === undefined) {
      if (from.optional !== true) found.ignored.push(`valuesFrom ${textOf(from.kind)} ${textOf(from.name)}`);
      continue;
    }
    found.reads.push(held.file);
    const target = textOf(from.targetPath);
    const parameters: Record<string, unknown> = {};
    const values =
      target === ''
        ? mappingOf(held.text)
        : setParameter(parameters, target, held.text, false)
          ? (parameters as JsonMap)
          : undefined;
    if (values === undefined) found.ignored.push(`valuesFrom ${textOf(from.kind)} ${textOf(from.name)}`);
    else found.values.push({ file: held.file, document: held.document, path: held.path, values });
  }
  if (isMap(spec.values)) found.values.push(inline(object, ['spec', 'values'], spec.values));
  return found;
}

interface Held {
  file: string;
  document: number;
  /** Where in the document the text stands; empty when the whole file is the text. */
  path: Path;
  text: string;
}

/** The text a ConfigMap of the repository holds, as a manifest or generated from a file beside the release. */
async function heldValues(
  object: GitOpsObject,
  from: JsonMap,
  { kustomizations, tree, listing }: FluxContext,
): Promise<Held | undefined> {
  // A Secret in clear would be read the same way; encrypted ones cannot be.
  if (from.kind !== 'ConfigMap') return undefined;
  const name = textOf(from.name);
  const key = textOf(from.valuesKey) || 'values.yaml';
  const folders = [folderOf(object.file), ...kustomizations.namers(object.file).map(({ folder }) => folder)];
  for (const folder of new Set(folders)) {
    const one = kustomizations.byFolder.get(folder);
    const generated =
      one === undefined
        ? undefined
        : generatedMaps(one.value(), folder).find((map) => map.name === name && map.key === key);
    const text = generated === undefined ? undefined : await tree.read(generated.path);
    if (generated !== undefined && text !== undefined)
      return { file: generated.path, document: 0, path: [], text: text.toString('utf8') };
  }
  const near = [...new Set(folders)].flatMap((folder) => listing.filesIn(folder).map((file) => join(folder, file)));
  const texts = await tree.readMany(near.filter((file) => /\.ya?ml$/.test(file)));
  for (const [file, bytes] of texts)
    for (const { index, value } of bytes.includes('ConfigMap') ? mappingsOf(bytes.toString('utf8')) : []) {
      const text = mapOf(value.data)[key];
      if (value.kind === 'ConfigMap' && mapOf(value.metadata).name === name && typeof text === 'string')
        return { file, document: index, path: ['data', key], text };
    }
  return undefined;
}
