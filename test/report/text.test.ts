import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toText } from '../../src/report/text.ts';
import { toWorkflowCommands } from '../../src/report/workflow-commands.ts';
import { finding, hostile, index, report } from './sample.ts';

test('the text of a terminal has no escape sequence of a repository’s making', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = toText(report({ findings: [finding({ message: text })] }), {
        colour: false,
        all: false,
        checks: index,
      });
      expect(shown).not.toMatch(/(?!\n)\p{Cc}/u);
    }),
  );
});

describe('workflow commands', () => {
  test('are one line each and carry file and line', () => {
    const text = toWorkflowCommands(report({ findings: [finding({ message: 'one\ntwo' })] }), index);
    expect(text).toMatch(
      /^::error file=charts\/app\/values.yaml,line=12,title=privileged-container \(high\)::one%0Atwo/,
    );
  });

  test('leave out what is info, and say how many that are', () => {
    const text = toWorkflowCommands(report({ findings: [finding({ severity: 'info' })] }), index);
    expect(text).toBe('plimsoll: 1 finding of severity info without an annotation.\n');
  });

  test('say how many there are when GitHub shows ten', () => {
    const findings = Array.from({ length: 12 }, (_, at) => finding({ fingerprint: `${at}` }));
    expect(toWorkflowCommands(report({ findings }), index)).toContain('plimsoll: 12 errors and 0 warnings; GitHub');
  });

  test('hold no command of a repository’s making', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.constantFrom('\n::set-output name=x::y', '\r::stop-commands::x')), (text) => {
        const shown = toWorkflowCommands(
          report({
            findings: [finding({ message: text, location: { ...finding().location, file: text } })],
            problems: [{ code: 'x', message: text, hint: text, file: text }],
          }),
          index,
        );
        const lines = shown.split('\n');
        expect(lines).toHaveLength(3);
        for (const one of lines.slice(0, 2))
          expect(one).toMatch(/^::error (?:file=[^,:]*,)?(?:line=\d+,)?title=[^:]*::/);
      }),
    );
  });
});
