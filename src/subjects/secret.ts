import type { Path, Resource } from '../model.ts';
import { fromBase64 } from './credentials.ts';
import { map, str } from './values.ts';

/** An item of a Secret, decoded. `value` must never get into a message. */
export interface SecretValue {
  key: string;
  value: string;
  at: Path;
}

/** The items of `data`, decoded where they are base64, and of `stringData`. */
export function secretValues(resource: Resource): SecretValue[] {
  const { data, stringData } = resource.manifest;
  return [
    ...Object.entries(map(data)).map(([key, value]) => {
      const text = str(value) ?? '';
      return { key, value: fromBase64(text) ?? text, at: ['data', key] };
    }),
    ...Object.entries(map(stringData)).map(([key, value]) => ({
      key,
      value: str(value) ?? '',
      at: ['stringData', key],
    })),
  ];
}
