/** Whether a value that was tried is what another render shows. */
import type { Json } from '../model.ts';
import { isMap } from '../subjects/values.ts';
import { probe } from './probe.ts';

/** As it was tried, or with it as a part: the tag of an image, one more entry of a mapping. */
export function isMade(shown: Json, value: Json): boolean {
  const text = JSON.stringify(shown);
  if (typeof value === 'string')
    return shown === value || (value !== '' && text.includes(value)) || (value.includes(probe) && text.includes(probe));
  if (typeof value !== 'object' || value === null) return text === String(value) || shown === String(value);
  if (isMap(value) && isMap(shown))
    return Object.entries(value).every(([key, one]) => Object.hasOwn(shown, key) && isMade(shown[key] ?? null, one));
  return text === JSON.stringify(value) || text.includes(probe);
}
