import { splitActions } from './split-actions.ts';

/** Which line of a text that a chart holds (in its values, in a file) a printed line comes from. */

/** A line of one of several texts. */
export interface HeldLine {
  /** The text, by its position among those given. */
  text: number;
  /** From 1. */
  line: number;
}

/** Comparisons of lines beyond this many are not worth it. */
const mostPairs = 2_000_000;

/** What a pair of lines counts. Lines that follow one another in both count more: `kind: Pod` stands in many texts. */
const literal = 4;
const patterned = 3;
const anything = 1;
const following = 2;

/**
 * For each printed line the line it comes from; undefined for those that come from none. Printed are the texts, whole or in part,
 * in their order, with their actions carried out and another indentation.
 */
export function heldLines(printed: readonly string[], texts: readonly string[]): (HeldLine | undefined)[] {
  const lines = texts.flatMap((text, index) =>
    text.split(/\r?\n/).map((line, at) => ({ text: index, line: at + 1, pattern: patternOf(line) })),
  );
  const shown = printed.map((line) => line.trim());
  const found = shown.map((): HeldLine | undefined => undefined);
  if (shown.length * lines.length > mostPairs) return found;
  const width = lines.length + 1;
  // Best score of what is left from a pair of positions on; and whether the pair itself is taken.
  const best = new Float64Array((shown.length + 1) * width);
  const taken = new Uint8Array((shown.length + 1) * width);
  for (let row = shown.length - 1; row >= 0; row--)
    for (let column = lines.length - 1; column >= 0; column--) {
      const at = row * width + column;
      const skipped = Math.max(best[at + width] ?? 0, best[at + 1] ?? 0);
      const own = matching(lines[column]?.pattern, shown[row] ?? '');
      const next = at + width + 1;
      const together = own === 0 ? 0 : own + (best[next] ?? 0) + (taken[next] === 1 ? following : 0);
      best[at] = Math.max(skipped, together);
      taken[at] = together > skipped ? 1 : 0;
    }
  for (let row = 0, column = 0; row < shown.length && column < lines.length;) {
    const at = row * width + column;
    const one = lines[column];
    if (taken[at] === 1 && one !== undefined) {
      found[row] = { text: one.text, line: one.line };
      row += 1;
      column += 1;
    } else if ((best[at + width] ?? 0) >= (best[at + 1] ?? 0)) row += 1;
    else column += 1;
  }
  return found;
}

/** The literal parts of a line, between which actions print something; undefined for a line that prints nothing. */
function patternOf(line: string): string[] | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const { texts, actions } = splitActions(text);
  const pattern = [texts[0] ?? ''];
  actions.forEach((action, index) => {
    const next = texts[index + 1] ?? '';
    if (silent.test(action)) pattern.push((pattern.pop() ?? '') + next);
    else pattern.push(next);
  });
  pattern[0] = pattern[0]?.trimStart() ?? '';
  pattern.push(pattern.pop()?.trimEnd() ?? '');
  return pattern.length === 1 && pattern[0] === '' ? undefined : pattern;
}

/** Actions that print nothing themselves. */
const silent = /^(?:if|else|end|with|range|define|block|\/\*|\$\w*\s*:?=)/;

function matching(pattern: readonly string[] | undefined, shown: string): number {
  if (pattern === undefined || shown === '') return 0;
  const [first = '', ...rest] = pattern;
  const last = rest.pop();
  if (last === undefined) return first === shown ? literal : 0;
  if (!shown.startsWith(first) || !shown.endsWith(last) || shown.length < first.length + last.length) return 0;
  let at = first.length;
  const end = shown.length - last.length;
  for (const part of rest) {
    const next = shown.indexOf(part, at);
    if (next === -1 || next + part.length > end) return 0;
    at = next + part.length;
  }
  return pattern.every((part) => part.trim() === '') ? anything : patterned;
}
