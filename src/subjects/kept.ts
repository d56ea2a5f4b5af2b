/** Computes something of an object once; it is forgotten with the object. What comes out is shared: never change it. */
export function keptFor<Key extends object, T>(build: (key: Key) => T): (key: Key) => T {
  const kept = new WeakMap<Key, { value: T }>();
  return (key) => {
    let found = kept.get(key);
    if (found === undefined) kept.set(key, (found = { value: build(key) }));
    return found.value;
  };
}
