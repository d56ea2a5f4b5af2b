import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instrument, parseTemplates } from '../../src/render/helm/instrument.ts';
import { mapLines } from '../../src/render/helm/line-map.ts';

const nonce = 'n0nce';
const templatesOf = (files: Record<string, string>) => parseTemplates(new Map(Object.entries(files)));

/** Lines that templates are made of, as an author may put them one below another. */
const line = fc.constantFrom(
  'kind: Pod',
  '  name: web',
  '  - one',
  '  - name: x # why',
  'text: |',
  '    any text: here',
  '    # in a block',
  'long: begins',
  '  and goes on',
  'key: "quoted"',
  '---',
  '# note',
  '',
  '   ',
  'a: {b: c}',
  'carriage: return\r',
);
const control = fc.constantFrom(
  '{{- if .Values.a }}',
  '{{ if .Values.b }}',
  '{{- end }}',
  '{{/* note */}}',
  '{{- else }}',
);

describe('marks', () => {
  test('taken out of text and conditions leave what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, line, control), { maxLength: 30 }), (lines) => {
        const source = lines.join('\n');
        const marked = instrument(templatesOf({ 'templates/a.yaml': source }), nonce, new Set());
        const file = marked.files.get('templates/a.yaml')!.replace(/\{\{- define "plimsoll\.mark".*$/s, '');
        const stripped = file.split('\n').map((one) => marked.strip(one).text);
        expect(stripped.join('\n')).toBe(source);
      }),
    );
  });

  test('name the line they stand on', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, line, control), { maxLength: 30 }), (lines) => {
        const marked = instrument(templatesOf({ 'templates/a.yaml': lines.join('\n') }), nonce, new Set());
        const file = marked.files.get('templates/a.yaml')!;
        file.split('\n').forEach((one, index) => {
          for (const mark of marked.strip(one).marks) expect(mark.line).toBe(index + 1);
        });
      }),
    );
  });

  test('that the repository writes itself are not read', () => {
    const marked = instrument(templatesOf({ 'templates/a.yaml': 'a: 1\nb: 2\n' }), nonce, new Set());
    expect(marked.strip('a: 1 #othernonce0;').marks).toEqual([]);
    expect(marked.strip(`a: 1 #${nonce}zzz;`).marks).toEqual([]);
  });
});

const two = { 'templates/a.yaml': 'a: 1\n', 'templates/b.yaml': 'b: 2\n' };
const printed = (a: string, b: string): string =>
  `---\n# Source: app/templates/a.yaml\n${a}\n---\n# Source: app/templates/b.yaml\n${b}\n`;

/** Maps a render of both files; `render` says what comes out of the marked ones. */
async function mapped(plain: string, render: (a: string, b: string) => { text: string } | { failed: string }) {
  const templates = templatesOf(two);
  const unmarked = new Set<string>();
  let renders = 0;
  const map = await mapLines({
    plain,
    sources: new Map(Object.entries(two)),
    templateOf: (source) => source.replace(/^app\//, ''),
    instrument: (without) => instrument(templates, nonce, without),
    unmarked,
    renderMarked: (files) => {
      renders += 1;
      const text = (file: 'templates/a.yaml' | 'templates/b.yaml'): string =>
        (files.get(file) ?? two[file]).split('\n')[0] ?? '';
      return Promise.resolve(render(text('templates/a.yaml'), text('templates/b.yaml')));
    },
  });
  const at = (wanted: string): string[] =>
    map.at(plain.split('\n').indexOf(wanted) + 1).map((mark) => `${mark.file}:${mark.line}`);
  return { a: at('a: 1'), b: at('b: 2'), renders, unmarked: [...unmarked] };
}

describe('a marked render', () => {
  const plain = printed('a: 1', 'b: 2');

  test('that is the plain one but for marks maps each line', async () => {
    expect(await mapped(plain, (a, b) => ({ text: printed(a, b) }))).toEqual({
      a: ['templates/a.yaml:1'],
      b: ['templates/b.yaml:1'],
      renders: 1,
      unmarked: [],
    });
  });

  test('with a mark that stands alone where a line break was cut off maps the lines around it', async () => {
    const found = await mapped(plain, (a, b) => ({ text: printed(`${a}\n #${nonce}0;`, b) }));
    expect(found).toMatchObject({ a: ['templates/a.yaml:1'], b: ['templates/b.yaml:1'] });
  });

  test('in which a file came out otherwise gives up the marks of that file alone', async () => {
    const found = await mapped(plain, (a, b) => ({ text: printed(a.includes('#') ? 'a: one' : a, b) }));
    expect(found).toMatchObject({ a: [], b: ['templates/b.yaml:1'], renders: 2, unmarked: ['templates/a.yaml'] });
  });

  test('that fails in a file gives up the marks of that file alone', async () => {
    const found = await mapped(plain, (a, b) =>
      b.includes('#') ? { failed: 'Error: app/templates/b.yaml: bad' } : { text: printed(a, b) },
    );
    expect(found).toMatchObject({ a: ['templates/a.yaml:1'], b: [], unmarked: ['templates/b.yaml'] });
  });

  test('that fails without a reason, or puts the wrong text everywhere, maps nothing', async () => {
    expect(await mapped(plain, () => ({ failed: 'killed' }))).toMatchObject({ a: [], b: [], renders: 1 });
    expect(await mapped(plain, () => ({ text: 'else' }))).toMatchObject({ a: [], b: [] });
  });

  test('maps a line never to another whose text differs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (noise) => {
        const found = await mapped(plain, (a, b) => ({ text: printed(b, a) + noise }));
        expect([found.a, found.b]).toEqual([[], []]);
      }),
      { numRuns: 30 },
    );
  });
});
