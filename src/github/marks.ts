/** What we write for ourselves into what we say: comments of markdown, which nobody sees. */

/** Lines nobody sees that say which findings a comment is about. They come first: what follows may hold a stranger's words. */
export function mark(fingerprints: readonly string[]): string {
  return fingerprints.map((fingerprint) => `<!-- plimsoll:finding ${fingerprint} -->\n`).join('');
}

export function marksOf(body: string): string[] {
  const [head = ''] = /^(?:<!-- plimsoll:finding [0-9a-f]{32} -->\r?\n)*/.exec(body) ?? [];
  return [...head.matchAll(/[0-9a-f]{32}/g)].map(([fingerprint]) => fingerprint);
}

const postedMark = /^<!-- plimsoll:posted ((?:[0-9a-f]{32} )*[0-9a-f]{32}) -->\r?\n/;

/** As many as leave room for words: GitHub takes 65,536 characters. What is beyond that may be said again once it is deleted. */
const namedFindings = 1500;

/** A review's body with a line nobody sees that says which findings its comments are about; one that stands there is replaced. */
export function withPosted(body: string, fingerprints: readonly string[]): string {
  const text = body.replace(postedMark, '');
  const named = fingerprints.slice(0, namedFindings).join(' ');
  return named === '' ? text : `<!-- plimsoll:posted ${named} -->\n${text}`;
}

/** The findings that a review of ours names. */
export function postedIn(body: string): string[] {
  return postedMark.exec(body)?.[1]?.split(' ') ?? [];
}

/** What we said of a thread that is over: since which head, and whether it was to be resolved. */
export interface AnswerMark {
  head: string;
  resolve: boolean;
}

/** Says that a thread is over, since which head, and whether it is to be resolved. */
export function answerMark(head: string, resolve: boolean): string {
  return `<!-- plimsoll:${resolve ? 'over' : 'over-and-open'} ${head} -->\n`;
}

export function readAnswer(body: string): AnswerMark | undefined {
  const [, word, head] = /^<!-- plimsoll:(over|over-and-open) ([0-9a-f]+) -->/.exec(body) ?? [];
  return head === undefined ? undefined : { head, resolve: word === 'over' };
}
