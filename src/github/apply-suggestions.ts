import type { Suggestion } from '../model.ts';

/** A file with as many of its suggestions made as go together, and how many were left. */
export interface Applied {
  text: string;
  made: Suggestion[];
  left: number;
}

/**
 * Makes the suggestions in the text, all counted from the text as it is. The same one twice is one. Of two that touch the same
 * place only the first is made: each was tried by itself, and a later round tries the other on what has become of the file.
 */
export function applySuggestions(text: string, suggestions: readonly Suggestion[]): Applied {
  const offsets = lineOffsets(text);
  const edits = suggestions.map((suggestion) => {
    const { startLine, startColumn, endLine, endColumn } = suggestion.span;
    const from = (offsets[startLine - 1] ?? text.length) + startColumn - 1;
    const to = (offsets[endLine - 1] ?? text.length) + endColumn - 1;
    return { suggestion, from, to };
  });
  edits.sort((a, b) => a.from - b.from || a.to - b.to);
  const parts: string[] = [];
  const made: Suggestion[] = [];
  let at = 0;
  let last: (typeof edits)[number] | undefined;
  let left = 0;
  for (const edit of edits) {
    const same = last?.from === edit.from && last.to === edit.to && last.suggestion.text === edit.suggestion.text;
    if (same) made.push(edit.suggestion);
    else if (edit.from < at || last?.from === edit.from || last?.to === edit.from) left += 1;
    else {
      parts.push(text.slice(at, edit.from), edit.suggestion.text);
      at = edit.to;
      last = edit;
      made.push(edit.suggestion);
    }
  }
  parts.push(text.slice(at));
  return { text: parts.join(''), made, left };
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}
