import { htmlText } from './escape.ts';
import { plural } from './summarize.ts';

/** A part of a markdown page. Items are whole: a page that is too long loses items, never parts of one. */
export interface Section {
  /** Plain text; becomes a heading, or what is clicked on. */
  title: string;
  lead?: string;
  items: readonly string[];
  /** Said under the items, kept when items are cut. */
  closing?: string;
  /** Folded away until it is clicked on. */
  collapsed?: boolean;
  /** Bytes it may take at most, so that what follows has room too. */
  most?: number;
}

/** Bytes kept back for the sentences that say what was left out. */
const reserve = 400;

/**
 * Joins the sections under the head within `limit` bytes of UTF-8. Sections come in the order of their worth: what does
 * not fit is left out from the end of each, and the count of it is said with `elsewhere`, where to see the rest.
 */
export function joinSections(head: string, sections: readonly Section[], limit: number, elsewhere: string): string {
  let text = head;
  let room = limit - bytes(text) - reserve;
  for (const section of sections) {
    const { before, after } = frame(section);
    const kept: string[] = [];
    const granted = Math.min(room, section.most ?? room);
    let left = granted - bytes(before) - bytes(after);
    for (const item of section.items) {
      if (bytes(item) + 1 > left) break;
      kept.push(item);
      left -= bytes(item) + 1;
    }
    const missing = section.items.length - kept.length;
    if (left < 0 || (kept.length === 0 && missing > 0)) {
      const note = `\n\nLeft out for length: ${plural(missing, 'entry', 'entries')} under “${section.title}”; ${elsewhere}.`;
      if (bytes(note) > room + reserve / 2) continue;
      text += note;
      room -= bytes(note);
      continue;
    }
    const note = missing > 0 ? `\n\n…and ${missing} more; ${elsewhere}.` : '';
    text += `${before}${kept.join('\n')}${note}${after}`;
    room -= granted - left + bytes(note);
  }
  return text.replace(/^\n+/, '');
}

function frame({ title, lead, closing, collapsed }: Section): { before: string; after: string } {
  const opening =
    collapsed === true ? `\n\n<details><summary>${htmlText(title)}</summary>\n\n` : `\n\n### ${title}\n\n`;
  return {
    before: `${opening}${lead === undefined ? '' : `${lead}\n\n`}`,
    after: `${closing === undefined ? '' : `\n\n${closing}`}${collapsed === true ? '\n\n</details>' : ''}`,
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
