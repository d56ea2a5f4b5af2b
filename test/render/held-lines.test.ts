import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { heldLines } from '../../src/render/helm/held-lines.ts';

const at = (printed: string[], ...texts: string[]): (string | undefined)[] =>
  heldLines(printed, texts).map((one) => (one === undefined ? undefined : `${one.text}:${one.line}`));

describe('the lines of a held text', () => {
  test('are found whatever they are indented by', () => {
    expect(at(['    kind: Pod', '    spec:'], 'kind: Pod\nspec:')).toEqual(['0:1', '0:2']);
  });

  test('are found through actions, and control lines print nothing', () => {
    const text = '{{- if .Values.a }}\nimage: {{ .Values.image }}:{{ .Values.tag }}\n{{- end }}\nname: x';
    expect(at(['image: web:1.0', 'name: x'], text)).toEqual(['0:2', '0:4']);
  });

  test('are those that follow one another, where several texts hold the same line', () => {
    const texts = ['kind: Pod\nname: a', 'kind: Pod\nname: b'];
    expect(at(['kind: Pod', 'name: b'], ...texts)).toEqual(['1:1', '1:2']);
  });

  test('are not found where nothing is alike', () => {
    expect(at(['name: x', ''], 'kind: Pod\n\nspec:')).toEqual([undefined, undefined]);
  });

  test('keep their order, each for one printed line', () => {
    const line = fc.constantFrom('a: 1', 'b: {{ .x }}', 'c: 3', '', '{{ end }}');
    const shown = fc.constantFrom('a: 1', 'b: 2', 'c: 3', '', 'd: 4');
    fc.assert(
      fc.property(fc.array(shown), fc.array(line), (printed, lines) => {
        const found = heldLines(printed, [lines.join('\n')]).flatMap((one) => (one === undefined ? [] : [one.line]));
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      }),
    );
  });
});
