/**
 * Regular expressions as Go reads them (RE2, https://github.com/google/re2/wiki/Syntax): those of kustomize's selectors, and of options.
 * They are matched in a time that grows with the text alone, and are bounded: whoever writes one may not hold a review up.
 */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { keptForText } from './subjects/kept.ts';

/** An expression that can be matched, or why it cannot: `is not valid: missing closing ): ...`. */
export type Expression = { matchesAll: (text: string) => boolean } | { fault: string };

/**
 * Longest expression in characters; its repetitions by number, added up; and the largest program it may come out as, in RE2's
 * own measure: `[a-z]{1,63}` is 127. One of that size takes up to 20 ms for a text of 253 characters.
 */
const limits = { length: 250, repetitions: 200, program: 1_000 };

/** Reads an expression that must match the whole of a text. The same few are asked for of every object. */
export const expressionOf = keptForText(read, 64);

function read(source: string): Expression {
  const counts = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Number(most || least));
  if (source.length > limits.length || counts.reduce((sum, count) => sum + count, 0) > limits.repetitions)
    return { fault: 'is too large' };
  const { RE2JS, RE2JSException } = engine();
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { fault: `is not valid: ${error.message.replace('error parsing regexp: ', '')}` };
  }
  if (compiled.programSize() > limits.program) return { fault: 'is too large' };
  return { matchesAll: (text) => compiled.testExact(text) };
}

let loaded: typeof import('re2js') | undefined;

/** Loaded with the first expression: most reviews have none. */
function engine(): typeof import('re2js') {
  return (loaded ??= createRequire(import.meta.url)('re2js') as typeof import('re2js'));
}
