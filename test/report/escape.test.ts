import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import {
  code,
  commandData,
  commandProperty,
  cut,
  fence,
  html,
  line,
  prose,
  urlPath,
  visible,
} from '../../src/report/escape.ts';

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

function parse(markdown: string): Node {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

function nodes(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(nodes)];
}

/** Text that markdown, GitHub, terminals and log readers have a use for, mixed with anything. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '`',
          '``',
          '```',
          '~~~',
          '@everyone',
          '@a/b',
          '#12',
          'GH-7',
          'o/r#3',
          '![x](http://e.example/i.png)',
          '[a](b)',
          '<img src=x>',
        ],
        ...[
          '<!-- x -->',
          '</details>',
          'http://e.example',
          'https://e.example/a?b',
          'www.e.example',
          'a@b.example',
          'mailto:a@b.example',
        ],
        ...[
          '|',
          '\\',
          '\n',
          '\r\n',
          '\n\n',
          '# h',
          '- x',
          '1. x',
          '> q',
          '***',
          '---',
          '\t',
          '    x',
          '&lt;',
          '&#64;x',
          '\u202e',
          '\u200b',
        ],
        ...[
          '\u001b[31m',
          '\u001b]0;t\u0007',
          '\u009b1m',
          '::error::x',
          '%0A',
          '$x$',
          '[^1]',
          '[ ]',
          '~~a~~',
          '*a*',
          '__b__',
          'xmpp:a@b',
          '\ud800',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('code', () => {
  test('holds any text in exactly one code span', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = `before ${code(text)} after`;
        const [paragraph, ...others] = parse(markdown).children ?? [];
        expect(others).toEqual([]);
        const kinds = (paragraph?.children ?? []).map((node) => node.type);
        expect(kinds).toEqual(code(text) === '' ? ['text'] : ['text', 'inlineCode', 'text']);
      }),
      { numRuns: 2000 },
    );
  });

  test('stays in its cell of a table', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const found = nodes(parse(`| a | b |\n| - | - |\n| ${code(text)} | end |`));
        expect(found.filter((node) => node.type === 'tableCell')).toHaveLength(4);
        expect(found.filter((node) => ['link', 'image', 'html'].includes(node.type))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('prose', () => {
  test('is text and nothing else: no markup, link, image, HTML, mention or reference', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = `- **high** ${prose(text)}`;
        const found = nodes(parse(markdown));
        const kinds = new Set(found.map((node) => node.type));
        expect(
          [...kinds].filter((kind) => !['root', 'list', 'listItem', 'paragraph', 'strong', 'text'].includes(kind)),
        ).toEqual([]);
        const shown = found.map((node) => node.value ?? '').join('');
        expect(shown).not.toMatch(/@[\w/]/);
        expect(shown).not.toMatch(/#\d/);
        expect(shown).not.toMatch(/\bGH-\d/i);
        expect(shown).not.toMatch(/:\/\/|www\.\w/i);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps ordinary sentences readable', () => {
    const shown = nodes(parse(prose('Container "app" is privileged (see values.yaml:12).')))
      .map((node) => node.value ?? '')
      .join('');
    expect(shown).toBe('Container "app" is privileged (see values.yaml:12).');
  });
});

test('a fence holds any text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const [block, ...others] = parse(`${fence(text, 'diff')}\n`).children ?? [];
      expect(others).toEqual([]);
      expect(block?.type).toBe('code');
    }),
    { numRuns: 2000 },
  );
});

test('visible text has no control, bidirectional, zero-width or escape characters', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(visible(text)).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]|\p{Cs}/u);
      expect(line(text)).not.toMatch(/[\n\r]/);
      expect(line(text).length).toBeLessThanOrEqual(120);
    }),
    { numRuns: 2000 },
  );
});

test('a workflow command cannot be started or left', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(`::error file=${commandProperty(text)}::${commandData(text)}`).not.toMatch(/\n|\r/);
      expect(commandProperty(text)).not.toMatch(/[:,]/);
    }),
  );
});

test('HTML text cannot open a tag, an entity or leave an attribute', () => {
  fc.assert(fc.property(hostile, (text) => expect(html(text).replaceAll(/&#\d+;/g, '')).not.toMatch(/[&<>"'`=]/)));
});

test('a path in a URL keeps its slashes and nothing else that means something', () => {
  expect(urlPath('charts/a b/#x?.yaml')).toBe('charts/a%20b/%23x%3F.yaml');
});

test('cutting never splits a character', () => {
  expect(cut('ab😀cd', 4)).toBe('ab…');
});
