/** What was computed of a subject, by the slot of the function that did: cheaper than a map that has to forget. */
export interface Keeper {
  kept: unknown[];
}

let slots = 0;

/** Room for everything that was computed of a subject so far. */
export function emptyKeeper(): unknown[] {
  return new Array<unknown>(slots);
}

/**
 * Computes something of an object once; it is forgotten with the object. Subjects keep it themselves, all others in a weak
 * map. What comes out is shared: never change it.
 */
export function keptFor<Key extends object, T>(build: (key: Key) => T): (key: Key) => T {
  let slot = -1;
  const others = new WeakMap<Key, { value: T }>();
  return (key) => {
    const own = (key as Partial<Keeper>).kept;
    if (own !== undefined) {
      // Most functions are never asked about a subject.
      if (slot === -1) slot = slots++;
      const there = own[slot] as T | undefined;
      if (there !== undefined) return there;
      const built = trimmed(build(key));
      own[slot] = built;
      return built;
    }
    let found = others.get(key);
    if (found === undefined) others.set(key, (found = { value: trimmed(build(key)) }));
    return found.value;
  };
}

/** Lets go of what was computed of a subject. Whoever asks again has it computed again. */
export function forget(subject: object): void {
  const { kept } = subject as Partial<Keeper>;
  if (kept !== undefined) kept.length = 0;
}

/** Computes something of a text once, as long as it is among the few that come again and again. */
export function keptForText<T>(build: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const built = build(text);
    if (known.size >= mostTexts) known.clear();
    if (text.length <= longestText) known.set(text, built);
    return built;
  };
}

/** Repositories may invent texts. */
const mostTexts = 1_000;
const longestText = 100;

/** A list that grew keeps room for as many items more, and for seventeen at least. */
function trimmed<T>(built: T): T {
  return Array.isArray(built) ? (built.slice() as T) : built;
}
