import type { Json, Path, Resource } from '../model.ts';
import { metadataOf } from './metadata.ts';
import { podsOf } from './pod.ts';
import { below } from './below.ts';
import { absent, isMap, list } from './values.ts';
import { variablesOf } from './variable.ts';

/** A value that must be text and is not: what YAML reads yes, 0777 or 1e3 as when they are not quoted. */
export interface Misread {
  at: Path;
  value: Json;
}

/** Values of maps and lists that the API takes as text only: labels, annotations, data, env, command and args. */
export function misreadStrings(resource: Resource): readonly Misread[] {
  const found: Misread[] = [];
  for (const { path, metadata } of metadataOf(resource))
    for (const field of fields) inMap(metadata[field], path, field, found);
  if (resource.apiVersion === 'v1' && resource.kind === 'ConfigMap') inMap(resource.manifest.data, [], 'data', found);
  if (resource.apiVersion === 'v1' && resource.kind === 'Secret')
    for (const field of ['data', 'stringData']) inMap(resource.manifest[field], [], field, found);
  for (const pod of podsOf(resource)) {
    inMap(pod.spec.nodeSelector, pod.at('nodeSelector').slice(0, -1), 'nodeSelector', found);
    for (const container of pod.containers) {
      for (const field of commands)
        list(container.spec[field]).forEach((value, index) => {
          if (isMisread(value)) found.push({ at: below(container.path, field, index), value });
        });
      for (const { value, index } of variablesOf(container))
        if (isMisread(value)) found.push({ at: below(container.path, 'env', index, 'value'), value });
    }
  }
  return found;
}

const fields = ['labels', 'annotations'];
const commands = ['command', 'args'];

function inMap(holder: Json | undefined, path: Path, field: string, found: Misread[]): void {
  if (!isMap(holder)) return;
  for (const key in holder) {
    const value = holder[key];
    if (isMisread(value)) found.push({ at: below(path, field, key), value });
  }
}

function isMisread(value: Json | undefined): value is Json {
  return !absent(value) && typeof value !== 'string';
}

/** A scalar as text; empty for lists, mappings and what is missing. */
export function scalarText(value: Json | undefined): string {
  return absent(value) || typeof value === 'object' ? '' : String(value);
}
