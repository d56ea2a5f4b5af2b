/**
 * Transformers and generators that a kustomization configures by files of their own (`transformers:`, `generators:`): each does
 * what one field of a kustomization does, so each is read as a kustomization that has that field alone.
 */
import type { Json, JsonMap, Path } from '../../model.ts';
import { resolve } from '../paths.ts';
import { listOf, mapOf, textOf, textsOf } from '../yaml.ts';
import type { Kustomization } from './kustomization.ts';
import type { Source } from './sources.ts';

/** Fields of a kustomization that list configurations. */
export const configuring = ['generators', 'transformers', 'validators'] as const;

/** What a configuration says in the words of a kustomization, and where that stands in the configuration. */
interface Translation {
  value: JsonMap;
  /** From a field of the kustomization to the path in the configuration. */
  at: readonly (readonly [from: Path, to: Path])[];
}

/** Sources of the configurations under a field, as kustomizations. */
export function configured(
  one: Kustomization,
  key: (typeof configuring)[number],
  files: { sources(file: string): readonly Source[]; folder(path: string): Kustomization | undefined },
): Source[] {
  const [own] = files.sources(one.file);
  return listOf(one.value()[key])
    .flatMap((item, index): readonly Source[] => {
      const text = textOf(item);
      if (text.includes('\n')) return own?.within([key, index]) ?? [];
      return partsOf(one, text, (path) => files.folder(path)).flatMap((file) => files.sources(file));
    })
    .flatMap((source) => translated(source) ?? []);
}

/** The files of a configuration that is named: itself, or the resources of the kustomization in that folder. */
export function partsOf(
  one: Pick<Kustomization, 'folder'>,
  reference: string,
  folder: (path: string) => Kustomization | undefined,
): string[] {
  const path = resolve(one.folder, reference);
  if (path === undefined || reference.includes('\n')) return [];
  const inner = folder(path);
  if (inner === undefined) return [path];
  return textsOf(inner.value().resources).flatMap((part) => resolve(path, part) ?? []);
}

/** Files that a configuration reads, as it names them. */
export function filesOfConfiguration(configuration: JsonMap): string[] {
  const texts = ['path', 'paths', 'files', 'envs', 'env'].flatMap((key) => textsOf(configuration[key]));
  const replacements = listOf(configuration.replacements).flatMap((item) => textsOf(mapOf(item).path));
  return [...texts, ...replacements].map((text) => text.slice(text.indexOf('=') + 1));
}

function translated(source: Source): Source | undefined {
  const configuration = mapOf(source.value);
  const translation = translationOf(configuration);
  if (translation === undefined) return undefined;
  const inConfiguration = (path: Path): Path | undefined => {
    for (const [from, to] of translation.at)
      if (from.every((step, index) => path[index] === step)) return [...to, ...path.slice(from.length)];
    return undefined;
  };
  return {
    file: source.file,
    value: translation.value,
    find(path) {
      const inner = inConfiguration(path);
      return inner === undefined ? undefined : source.find(inner);
    },
    within(path) {
      const inner = inConfiguration(path);
      return inner === undefined ? [] : source.within(inner);
    },
  };
}

/** See https://kubectl.docs.kubernetes.io/references/kustomize/builtins/ */
function translationOf(configuration: JsonMap): Translation | undefined {
  const { kind, patch, path, target, paths, patches, jsonOp, metadata } = configuration;
  const entry = (key: string, item: JsonMap, ...at: (readonly [Path, Path])[]): Translation => ({
    value: { [key]: [item] },
    at: at.map(([from, to]) => [[key, 0, ...from], to]),
  });
  const field = (key: string, value: Json | undefined, ...to: string[]): Translation => ({
    value: value === undefined ? {} : { [key]: value },
    at: [[[key], to]],
  });
  switch (textOf(kind)) {
    case 'PatchTransformer':
      return entry('patches', given({ patch, path, target }), [[], []]);
    case 'PatchJson6902Transformer':
      return entry('patches', given({ patch: jsonOp, path, target }), [['patch'], ['jsonOp']], [[], []]);
    case 'PatchStrategicMergeTransformer': {
      const inline = textOf(patches);
      const list = [...textsOf(paths), ...(inline === '' ? [] : [inline])];
      const last = ['patchesStrategicMerge', list.length - 1];
      return {
        value: { patchesStrategicMerge: list },
        at: [...(inline === '' ? [] : [[last, ['patches']] as const]), [['patchesStrategicMerge'], ['paths']]],
      };
    }
    case 'ImageTagTransformer':
      return entry('images', mapOf(configuration.imageTag), [[], ['imageTag']]);
    case 'ReplicaCountTransformer':
      return entry('replicas', mapOf(configuration.replica), [[], ['replica']]);
    case 'LabelTransformer':
      return field('commonLabels', configuration.labels, 'labels');
    case 'AnnotationsTransformer':
      return field('commonAnnotations', configuration.annotations, 'annotations');
    case 'NamespaceTransformer':
      return field('namespace', mapOf(metadata).namespace, 'metadata', 'namespace');
    case 'PrefixTransformer':
      return field('namePrefix', configuration.prefix, 'prefix');
    case 'SuffixTransformer':
      return field('nameSuffix', configuration.suffix, 'suffix');
    case 'PrefixSuffixTransformer':
      return {
        value: given({ namePrefix: configuration.prefix, nameSuffix: configuration.suffix }),
        at: [
          [['namePrefix'], ['prefix']],
          [['nameSuffix'], ['suffix']],
        ],
      };
    case 'ReplacementTransformer':
      return field('replacements', configuration.replacements, 'replacements');
    case 'ConfigMapGenerator':
    case 'SecretGenerator': {
      const key = textOf(kind) === 'SecretGenerator' ? 'secretGenerator' : 'configMapGenerator';
      return entry(
        key,
        { ...configuration, name: mapOf(metadata).name ?? '' },
        [['name'], ['metadata', 'name']],
        [[], []],
      );
    }
    default:
      return undefined;
  }
}

function given(fields: Readonly<Record<string, Json | undefined>>): JsonMap {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
