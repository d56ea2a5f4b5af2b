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
 * Longest expression in characters; its repetitions by number, added up, or multiplied where one may stand in another; the
 * largest program it may come out as, in RE2's own measure; and the longest text that can match, in characters. The worst that
 * these let through was measured at 5 ms to read, and at 15 ms for the first text of 253 characters.
 */
const limits = { length: 250, repetitions: 100, program: 500, text: 1_000 };

/** Reads an expression that must match the whole of a text. The same few are asked for of every object. */
export const expressionOf = keptForText(read, 500, limits.length);

function read(source: string): Expression {
  if (source.length > limits.length || repetitionsIn(source) > limits.repetitions) return { fault: 'is too large' };
  // The letters of all scripts, above all without regard to case, take long to read.
  if (/\(\?(?!:)|\\p/i.test(source)) return { fault: 'has a flag, a named group or a class of Unicode' };
  const { RE2JS, RE2JSException } = engine();
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { fault: `is not valid: ${error.message.replace('error parsing regexp: ', '')}` };
  }
  if (compiled.programSize() > limits.program) return { fault: 'is too large' };
  return { matchesAll: (text) => text.length <= limits.text && compiled.testExact(text) };
}

function repetitionsIn(source: string): number {
  const counts = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Number(most || least));
  return /[)}]\{/.test(source)
    ? counts.reduce((product, count) => product * Math.max(count, 1), 1)
    : counts.reduce((sum, count) => sum + count, 0);
}

let loaded: typeof import('re2js') | undefined;

/** Loaded with the first expression: most reviews have none. */
function engine(): typeof import('re2js') {
  return (loaded ??= createRequire(import.meta.url)('re2js') as typeof import('re2js'));
}
