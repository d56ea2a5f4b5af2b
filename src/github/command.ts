/** What a person may ask of the App in a comment. */
export type Command =
  | { name: 'rerun' }
  | { name: 'fix' }
  | { name: 'waive'; check: string; reason: string; until?: string }
  | { name: 'explain'; check: string }
  /** Whatever else was said to us: answered by what can be said. */
  | { name: 'help'; said: string };

/** Longer reasons are no reasons, and would not fit a line of the settings. */
const reasonLimit = 500;
const checkForm = /^[a-z0-9][a-z0-9-]{0,80}$/;

/**
 * Reads a comment; undefined when it is not for us. It is when its first line begins with `/plimsoll`, so that quoting a
 * command, or naming it in a sentence, asks for nothing. The rest of the comment is its author's own.
 */
export function readCommand(comment: string): Command | undefined {
  const line = comment.trimStart().split(/\r?\n/, 1)[0]?.trim() ?? '';
  const [prefix = '', ...said] = line.split(/\s+/);
  if (prefix !== '/plimsoll') return undefined;
  const [name = '', ...words] = said;
  const [check = '', ...others] = words;
  switch (name) {
    case 'rerun':
    case 'fix':
      return words.length === 0 ? { name } : { name: 'help', said: said.join(' ') };
    case 'explain':
      return checkForm.test(check) && others.length === 0 ? { name, check } : { name: 'help', said: said.join(' ') };
    case 'waive':
      return readWaiver(check, others) ?? { name: 'help', said: said.join(' ') };
    default:
      return { name: 'help', said: said.join(' ') };
  }
}

function readWaiver(check: string, words: readonly string[]): Command | undefined {
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  const dated = before === 'until' && isDate(last);
  const reason = (dated ? words.slice(0, -2) : words).join(' ').replace(/^"(.*)"$/, '$1');
  // `until` and no date: rather asked again than waived for ever.
  if (!dated && (before === 'until' || last === 'until')) return undefined;
  if (!checkForm.test(check) || reason.length < 3 || reason.length > reasonLimit) return undefined;
  return { name: 'waive', check, reason, ...(dated ? { until: last } : {}) };
}

/** A day that exists, YYYY-MM-DD. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
