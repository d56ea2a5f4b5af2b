/**
 * Jest runs each test file in a realm of its own, where errors of Node's own modules are no `instanceof Error`. In production
 * there is one realm; this makes it look so.
 */
/** Part of V8 since Node 24; TypeScript's library does not list it yet. */
const { isError } = Error as unknown as { isError: (value: unknown) => value is Error };
const inherited = Function.prototype[Symbol.hasInstance];

for (const kind of [Error, TypeError, RangeError])
  Object.defineProperty(kind, Symbol.hasInstance, {
    value(this: typeof Error, value: unknown): boolean {
      if (inherited.call(this, value)) return true;
      return this === kind && isError(value) && (kind === Error || value.name === kind.name);
    },
  });
