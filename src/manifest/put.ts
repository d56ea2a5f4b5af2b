import type { Json } from '../model.ts';

/** Sets a key that may be called `__proto__`. */
export function put(map: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}
