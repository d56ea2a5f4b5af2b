/** What was computed of a subject, by the slot of the function that did: cheaper than a map that has to forget. */
export interface Keeper {
  kept: unknown[];
}

let slots = 0;

/** Room for everything that can be computed of a subject. */
export function emptyKeeper(): unknown[] {
  return new Array<unknown>(slots);
}

/** Computes something of a subject once; the subject keeps it. What comes out is shared: never change it. */
export function keptOf<Subject extends Keeper, T>(build: (subject: Subject) => T): (subject: Subject) => T {
  const slot = slots++;
  return (subject) => {
    const there = subject.kept[slot] as T | undefined;
    if (there !== undefined) return there;
    const built = trimmed(build(subject));
    subject.kept[slot] = built;
    return built;
  };
}

/** The same of any other object: it is forgotten with the object. */
export function keptFor<Key extends object, T>(build: (key: Key) => T): (key: Key) => T {
  const known = new WeakMap<Key, { value: T }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: trimmed(build(key)) }));
    return found.value;
  };
}

/** Lets go of what was computed of a subject. Whoever asks again has it computed again. */
export function forget(subject: object): void {
  const { kept } = subject as Partial<Keeper>;
  if (kept !== undefined) kept.length = 0;
}

/**
 * Computes something of a text once, as long as it is among the few that come again and again. Repositories may invent texts.
 * @param most texts for which it is kept
 * @param longest a text for which it is kept, in characters
 */
export function keptForText<T>(build: (text: string) => T, most = 1_000, longest = 100): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const built = build(text);
    if (text.length > longest) return built;
    if (known.size >= most) known.clear();
    known.set(text, built);
    return built;
  };
}

/** A list that grew keeps room for as many items more, and for seventeen at least. */
function trimmed<T>(built: T): T {
  return Array.isArray(built) ? (built.slice() as T) : built;
}
