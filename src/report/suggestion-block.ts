import type { Suggestion } from '../model.ts';
import { visible } from './escape.ts';

/** Whole lines of a file and what they become; GitHub's suggestions know nothing smaller. Lines from 1, both included. */
export interface LineEdit {
  start: number;
  end: number;
  /** Empty when the lines are deleted. */
  replacement: readonly string[];
}

/**
 * A suggestion as an edit of whole lines, as few as hold it. Undefined where a block could not show what would be
 * committed: carriage returns, controls, characters that nobody sees, or lines the file does not have.
 */
export function lineEdit({ span, text }: Suggestion, lines: readonly string[]): LineEdit | undefined {
  const [first, last] = [lines[span.startLine - 1], lines[span.endLine - 1]];
  if (first === undefined || last === undefined) return undefined;
  const before = lines.slice(span.startLine - 1, span.endLine);
  const after = (first.slice(0, span.startColumn - 1) + text + last.slice(span.endColumn - 1)).split('\n');
  let { startLine: start, endLine: end } = span;
  // What is the same at both ends is left alone; GitHub takes no suggestion on nothing, so one line stays.
  while (before.length > 1 && before.at(-1) === after.at(-1)) {
    before.pop();
    after.pop();
    end -= 1;
  }
  while (before.length > 1 && after.length > 0 && before[0] === after[0]) {
    before.shift();
    after.shift();
    start += 1;
  }
  if (after.some((line) => visible(line) !== line)) return undefined;
  return { start, end, replacement: after };
}

/** The fenced block GitHub offers to commit. https://docs.github.com/pull-requests/collaborating-with-pull-requests */
export function suggestionBlock({ replacement }: LineEdit): string {
  const longest = Math.max(2, ...replacement.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}suggestion`, ...replacement, ticks].join('\n');
}
