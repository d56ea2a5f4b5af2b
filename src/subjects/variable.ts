import type { Json } from '../model.ts';
import { keptOf } from './kept.ts';
import type { ContainerSubject } from './pod.ts';
import { isMap, list, str } from './values.ts';

/** An entry of a container's `env`. */
export interface Variable {
  /** Empty when it has none. */
  name: string;
  value: Json | undefined;
  /** The value when it is a string; else empty. */
  text: string;
  /** Its position in the list. */
  index: number;
}

export const variablesOf = keptOf((container: ContainerSubject): readonly Variable[] =>
  list(container.spec.env).flatMap((entry, index) =>
    isMap(entry) ? [{ name: str(entry.name) ?? '', value: entry.value, text: str(entry.value) ?? '', index }] : [],
  ),
);
