/**
 * A text without these characters at its end. As an expression (`/x+$/`) it takes the square of the time on a long run of them
 * that ends in something else, and repositories choose the texts.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** A text up to the first `mark`; all of it when there is none. */
export function before(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at === -1 ? text : text.slice(0, at);
}
