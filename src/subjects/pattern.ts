import { expressionOf } from '../regexp.ts';

/** Whether `text` matches a pattern in which `*` stands for any run of characters; everything else is literal. Linear time. */
export function matches(text: string, pattern: string): boolean {
  return consistsOf(text, pattern.split('*'));
}

/** Whether `text` is made of these parts in their order, with any run of characters between two. Linear time. */
export function consistsOf(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length < 2) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** Whether `text` matches any of the patterns of an option; anything else than a list matches nothing. */
export function matchesAny(text: string, patterns: unknown): boolean {
  return Array.isArray(patterns) && patterns.some((pattern) => typeof pattern === 'string' && matches(text, pattern));
}

/** Whether `text` fits a pattern of an option: between slashes a regular expression for all of it, else as `matches` has it. */
export function fits(text: string, pattern: string): boolean {
  const source = /^\/(.+)\/$/s.exec(pattern)?.[1];
  if (source === undefined) return matches(text, pattern);
  const expression = expressionOf(source);
  return 'matchesAll' in expression && expression.matchesAll(text);
}

/** What is wrong with an item of an option that ends in a pattern, `Kind:/…/` or `key=/…/`; undefined when nothing is. */
export function patternFault(item: string): string | undefined {
  const from = item.search(/[:=]\/./s) + 2;
  const expression =
    from >= 2 && item.endsWith('/') && from < item.length - 1 ? expressionOf(item.slice(from, -1)) : undefined;
  return expression !== undefined && 'fault' in expression ? expression.fault : undefined;
}
