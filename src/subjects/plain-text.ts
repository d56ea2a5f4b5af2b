import type { Json, Path, Resource } from '../model.ts';
import { podsOf } from './pod.ts';
import { absent, dig, list, map } from './values.ts';

/** A value that must be text and is not: what YAML reads yes, 0777 or 1e3 as when they are not quoted. */
export interface Misread {
  at: Path;
  value: Json;
}

/** Values of maps and lists that the API takes as text only: labels, annotations, data, env, command and args. */
export function* misreadStrings(resource: Resource): Generator<Misread> {
  const pods = podsOf(resource);
  for (const metadata of [['metadata'], ...pods.map((pod) => pod.metadataPath).filter((path) => path.length > 1)])
    for (const field of ['labels', 'annotations']) yield* inMap(resource, [...metadata, field]);
  if (resource.apiVersion === 'v1' && resource.kind === 'ConfigMap') yield* inMap(resource, ['data']);
  if (resource.apiVersion === 'v1' && resource.kind === 'Secret')
    for (const field of ['data', 'stringData']) yield* inMap(resource, [field]);
  for (const pod of pods) {
    yield* inMap(resource, [...pod.path, 'nodeSelector']);
    for (const container of pod.containers) {
      for (const field of ['command', 'args'])
        for (const [index, value] of list(container.spec[field]).entries())
          if (isMisread(value)) yield { at: [...container.path, field, index], value };
      for (const [index, variable] of list(container.spec.env).entries()) {
        const value = dig(variable, 'value');
        if (value !== undefined && isMisread(value)) yield { at: [...container.path, 'env', index, 'value'], value };
      }
    }
  }
}

function* inMap(resource: Resource, path: Path): Generator<Misread> {
  for (const [key, value] of Object.entries(map(dig(resource.manifest, ...path))))
    if (isMisread(value)) yield { at: [...path, key], value };
}

function isMisread(value: Json): boolean {
  return !absent(value) && typeof value !== 'string';
}

/** A scalar as text; empty for lists, mappings and what is missing. */
export function scalarText(value: Json | undefined): string {
  return absent(value) || typeof value === 'object' ? '' : String(value);
}
