/** Makes the Markdown of a check's page into text for a terminal. It reads what `checkPage` writes, not Markdown at large. */
export function pageText(markdown: string, width = 100): string {
  const out: string[] = [];
  let fenced = false;
  for (const line of markdown.trimEnd().split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    else if (fenced) out.push(line === '' ? '' : `    ${line}`);
    else if (line.startsWith('#')) out.push(...heading(line));
    else if (line.startsWith('|')) out.push(...row(line, width));
    else if (line.startsWith('> ')) out.push(...wrapped(plain(line.slice(2)), width, '  ! ', '    '));
    else if (line.startsWith('- ')) out.push(...wrapped(plain(line.slice(2)), width, '  ', '    '));
    else if (line !== '>') out.push(...wrapped(plain(line), width));
  }
  return `${out.join('\n')}\n`;
}

function heading(line: string): string[] {
  const text = plain(line.replace(/^#+ /, ''));
  return [text, (line.startsWith('## ') ? '-' : '=').repeat(text.length)];
}

/** A table's row as `option (type, default): what it says`; its head and ruler are dropped. */
function row(line: string, width: number): string[] {
  const [name = '', type = '', value = '', text = ''] = line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim()));
  return name === 'option' || name.startsWith('---')
    ? []
    : wrapped(`${name} (${type}, default ${value}): ${text}`, width, '  ', '    ');
}

/** Without marks, links as their text. */
function plain(text: string): string {
  return text
    .replaceAll(/(?<!\\)\[((?:[^\]\\]|\\.){0,500})\]\([^)]{0,500}\)/g, '$1')
    .replaceAll(/(?<!\\)[*`]+/g, '')
    .replaceAll(/\\(.)/g, '$1');
}

/** Breaks at spaces; a longer word has a line of its own. */
function wrapped(text: string, width: number, first = '', next = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const start = lines.length === 0 ? first : next;
    if (line !== start && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${next}${word}`;
    } else line = line === start ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
