import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A node of the markdown tree, as far as it matters here. */
interface Node {
  type: string;
  value?: string;
  url?: string;
  depth?: number;
  ordered?: boolean | null;
  align?: (string | null)[];
  children?: Node[];
}

/** Tags that GitHub keeps without attributes; any other is shown as text, so that it is seen. */
const kept = /^(?:\s*<\/?(?:details|summary|br|sub|code|b)\s*\/?>)+/;

/** Markdown as HTML by GitHub's rules (CommonMark, tables, strike-through, bare links), for looking at. */
export function markdownHtml(markdown: string): string {
  const tree: unknown = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return render(tree as Node);
}

function render(node: Node): string {
  const inner = (): string => (node.children ?? []).map(render).join('');
  switch (node.type) {
    case 'root':
      return inner();
    case 'heading':
      return `<h${node.depth ?? 1}>${inner()}</h${node.depth ?? 1}>\n`;
    case 'paragraph':
      return `<p>${inner()}</p>\n`;
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'blockquote':
      return tag({ strong: 'strong', emphasis: 'em', delete: 'del', blockquote: 'blockquote' }[node.type], inner());
    case 'list':
      return tag(node.ordered === true ? 'ol' : 'ul', inner());
    case 'listItem':
      return `<li>${inner()}</li>\n`;
    case 'link':
      return `<a href="${escaped(node.url ?? '')}">${inner()}</a>`;
    case 'break':
      return '<br>';
    case 'thematicBreak':
      return '<hr>';
    case 'inlineCode':
      return tag('code', escaped(node.value ?? ''));
    case 'code':
      return `<pre>${(node.value ?? '').split('\n').map(codeLine).join('\n')}</pre>\n`;
    case 'table':
      return `<table>${(node.children ?? []).map((row, at) => tableRow(row, at === 0 ? 'th' : 'td', node.align ?? [])).join('')}</table>\n`;
    case 'html':
      return markup(node.value ?? '');
    case 'text':
      return escaped(node.value ?? '');
    default:
      throw new Error(`Markdown that a report should not hold: ${node.type}.`);
  }
}

function markup(value: string): string {
  const [tags = ''] = kept.exec(value) ?? [];
  if (tags === '') return escaped(value);
  const rest = value.slice(tags.length);
  const next = rest.search(/<\/?(?:details|summary|br|sub|code|b)\s*\/?>/);
  // Between tags stands text whose characters are escaped already.
  return next === -1 ? tags + rest : `${tags}${rest.slice(0, next)}${markup(rest.slice(next))}`;
}

function tableRow(row: Node, cell: 'th' | 'td', align: readonly (string | null)[]): string {
  const cells = (row.children ?? []).map(
    (one, at) => `<${cell} align="${align[at] ?? 'left'}">${(one.children ?? []).map(render).join('')}</${cell}>`,
  );
  return `<tr>${cells.join('')}</tr>\n`;
}

/** Lines of a diff are coloured, as GitHub does. */
function codeLine(line: string): string {
  const kind = line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : line.startsWith('@@') ? 'at' : 'same';
  return `<span class="${kind}">${escaped(line)}</span>`;
}

function tag(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (one) => `&#${one.codePointAt(0) ?? 32};`);
}
