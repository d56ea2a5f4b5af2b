/** Everything in one kustomization that sets a field of an object, in the order in which kustomize applies it. */
import type { Json, JsonMap, TrailStep } from '../../model.ts';
import { nameOf as lastOf, resolve } from '../paths.ts';
import { isMap, listOf, mapOf, textOf } from '../yaml.ts';
import type { Step } from './field.ts';
import { configured } from './configured.ts';
import { generatorWrites } from './generated.ts';
import type { Kustomization } from './kustomization.ts';
import { imageAfter, isImage } from './images.ts';
import { isOperations, mergeWrite, metadataOf, operationWrites } from './patches.ts';
import { replacementsOf, type Replacement } from './replacements.ts';
import type { Source } from './sources.ts';
import { isPatchOf, nameOf, selects, texts, type Subject } from './subject.ts';
import type { Write } from './write.ts';

/** The field that is followed through the kustomizations, with what is known of it so far. */
export interface Followed {
  subject: Subject;
  steps: readonly Step[];
  /** The object as its origin writes it; null for generated ones. */
  origin: Json;
  writes: Write[];
}

export interface Files {
  sources(file: string): readonly Source[];
  text(file: string): string | undefined;
  folder(path: string): Kustomization | undefined;
  /** The place that a replacement copies its value from. */
  copied(replacement: Replacement): Write | undefined;
}

/** Applies one kustomization to what is followed. */
export function applyLayer(followed: Followed, one: Kustomization, files: Files): void {
  const [source] = files.sources(one.file);
  if (source === undefined) return;
  applyFields({ followed, one, files, source, value: mapOf(source.value) }, configured(one, 'generators', files));
  for (const own of configured(one, 'transformers', files))
    applyFields({ followed, one, files, source: own, value: mapOf(own.value) }, []);
}

/** @param generators configured apart: they come before all else */
function applyFields(layer: Layer, generators: readonly Source[]): void {
  const { followed, one, files, source } = layer;
  for (const own of [source, ...generators])
    for (const write of generatorWrites(own, one, followed.subject, followed.steps, (path) => files.text(path)))
      keep(layer, write, []);
  applyPatches(layer, 'patchesStrategicMerge');
  applyPatches(layer, 'patches');
  applyNamespace(layer);
  applyNames(layer);
  applyPairs(layer);
  applyPatches(layer, 'patchesJson6902');
  applyReplicas(layer);
  applyImages(layer);
  applyReplacements(layer);
}

interface Layer {
  followed: Followed;
  one: Kustomization;
  files: Files;
  source: Source;
  value: JsonMap;
}

function keep({ followed }: Layer, write: Omit<Write, 'trail'>, trail: TrailStep[]): void {
  if (write.replaces === true) followed.writes = followed.writes.filter(({ depth }) => depth < write.depth);
  followed.writes.push({ ...write, trail });
}

/** The value of the field as far as it was followed. */
function present({ followed }: Layer): Json | undefined {
  return followed.writes.findLast(({ depth }) => depth === followed.steps.length)?.value;
}

function applyPatches(layer: Layer, key: 'patches' | 'patchesStrategicMerge' | 'patchesJson6902'): void {
  const { value, one, files, source } = layer;
  listOf(value[key]).forEach((item, index) => {
    const entry: JsonMap = isMap(item) ? item : {};
    const inlineAt = isMap(item) ? [key, index, 'patch'] : [key, index];
    const text = isMap(item) ? textOf(entry.patch) : textOf(item);
    const reference = isMap(item) ? textOf(entry.path) : text.includes('\n') ? '' : text;
    const file = reference === '' ? undefined : resolve(one.folder, reference);
    const documents = file === undefined ? source.within(inlineAt) : files.sources(file);
    const target = entry.target;
    const named = source.find([key, index]);
    const trail =
      file === undefined || named === undefined ? [] : [{ label: `${key} entry`, file: source.file, span: named.span }];
    for (const patch of documents) applyPatch(layer, patch, isMap(target) ? target : undefined, trail);
  });
}

function applyPatch(layer: Layer, patch: Source, target: JsonMap | undefined, trail: TrailStep[]): void {
  const { subject, steps, origin } = layer.followed;
  if (target === undefined ? !isPatchOf(mapOf(patch.value), subject) : !selects(target, subject)) return;
  if (isOperations(patch)) {
    for (const write of operationWrites(patch, steps, origin)) keep(layer, write, trail);
    return;
  }
  const write = mergeWrite(patch, steps);
  if (write !== undefined) keep(layer, write, trail);
  const metadata = metadataOf(patch);
  Object.assign(subject.labels, texts(mapOf(metadata.labels)));
  Object.assign(subject.annotations, texts(mapOf(metadata.annotations)));
}

function setting(layer: Layer, at: readonly (string | number)[], value: Json): void {
  const place = layer.source.find(at);
  if (place !== undefined) keep(layer, { place, depth: layer.followed.steps.length, value, replaces: true }, []);
}

function endsIn({ followed }: Layer, ...keys: string[]): boolean {
  const last = followed.steps.slice(-keys.length);
  return last.length === keys.length && last.every((step, index) => 'key' in step && step.key === keys[index]);
}

function applyNamespace(layer: Layer): void {
  const namespace = textOf(layer.value.namespace);
  const { subject, steps } = layer.followed;
  if (namespace === '') return;
  const own = steps.length === 2 && endsIn(layer, 'metadata', 'namespace');
  const account = endsIn(layer, 'namespace') && steps.some((step) => 'key' in step && step.key === 'subjects');
  const isNamespace = subject.kind === 'Namespace' && subject.group === '';
  if (own || account || (isNamespace && steps.length === 2 && endsIn(layer, 'metadata', 'name')))
    setting(layer, ['namespace'], namespace);
  if (isNamespace) subject.names.push(namespace);
  subject.namespaces.push(namespace);
}

/** Kinds whose names kustomize leaves as they are. */
const keptNames = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

function applyNames(layer: Layer): void {
  const { subject, steps } = layer.followed;
  if (keptNames.has(subject.kind)) return;
  for (const key of ['namePrefix', 'nameSuffix']) {
    const affix = textOf(layer.value[key]);
    if (affix === '') continue;
    const name = key === 'namePrefix' ? `${affix}${nameOf(subject)}` : `${nameOf(subject)}${affix}`;
    subject.names.push(name);
    if (steps.length === 2 && endsIn(layer, 'metadata', 'name')) setting(layer, [key], name);
  }
}

function applyPairs(layer: Layer): void {
  const { followed, value, source } = layer;
  const last = followed.steps.at(-1);
  const name = last !== undefined && 'key' in last ? last.key : '';
  const parent = followed.steps.at(-2);
  const holder = parent !== undefined && 'key' in parent ? parent.key : '';
  const own = followed.steps.length === 3;
  const isLabel = ['labels', 'matchLabels', 'selector'].includes(holder);
  listOf(value.labels).forEach((item, index) => {
    const entry = mapOf(item);
    const pairs = mapOf(entry.pairs);
    const wide = entry.includeSelectors === true || entry.includeTemplates === true || listOf(entry.fields).length > 0;
    if (isLabel && ((own && holder === 'labels') || wide) && Object.hasOwn(pairs, name))
      setting(layer, ['labels', index, 'pairs', name], pairs[name] ?? null);
    Object.assign(followed.subject.labels, texts(pairs));
  });
  for (const [key, applies] of [
    ['commonLabels', isLabel],
    ['commonAnnotations', holder === 'annotations'],
  ] as const) {
    const pairs = mapOf(mapOf(source.value)[key]);
    if (applies && Object.hasOwn(pairs, name)) setting(layer, [key, name], pairs[name] ?? null);
    Object.assign(key === 'commonLabels' ? followed.subject.labels : followed.subject.annotations, texts(pairs));
  }
}

const scaled = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

function applyReplicas(layer: Layer): void {
  const { subject, steps } = layer.followed;
  if (!scaled.has(subject.kind) || steps.length !== 2 || !endsIn(layer, 'spec', 'replicas')) return;
  listOf(layer.value.replicas).forEach((item, index) => {
    const { name, count } = mapOf(item);
    if (count !== undefined && subject.names.includes(textOf(name)))
      setting(layer, ['replicas', index, 'count'], count);
  });
}

function applyImages(layer: Layer): void {
  if (!isImage(layer.followed.steps)) return;
  listOf(layer.value.images).forEach((item, index) => {
    const image = present(layer);
    const after = typeof image === 'string' ? imageAfter(mapOf(item), image) : undefined;
    if (after !== undefined) setting(layer, ['images', index, after.key], after.image);
  });
}

function applyReplacements(layer: Layer): void {
  const { followed, value, source, files, one } = layer;
  const apply = (from: Source, list: Json, at: string[]): void => {
    for (const replacement of replacementsOf(from, list, at, followed.subject, followed.steps)) {
      const { place, own, partly } = replacement;
      const via: TrailStep = { label: `replacement of ${lastOf(one.folder)}`, file: place.file, span: place.span };
      const copied = files.copied(replacement);
      const depth = followed.steps.length;
      if (copied === undefined) keep(layer, { place, depth, value: partly ? undefined : own, replaces: !partly }, []);
      else keep(layer, { ...copied, depth, replaces: !partly }, [...copied.trail, via]);
    }
  };
  apply(source, value.replacements ?? [], ['replacements']);
  for (const item of listOf(value.replacements)) {
    const path = textOf(mapOf(item).path);
    const file = path === '' ? undefined : resolve(one.folder, path);
    if (file !== undefined) for (const from of files.sources(file)) apply(from, listOfReplacements(from.value), []);
  }
}

/** A file of replacements holds a list of them, or one. */
function listOfReplacements(value: Json): Json {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
