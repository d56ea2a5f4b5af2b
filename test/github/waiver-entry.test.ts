import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseSettings } from '../../src/config.ts';
import { addWaivers, waiversYaml } from '../../src/github/waiver-entry.ts';

const entry = { check: 'privileged', resource: 'Pod/web', path: 'a.yaml', reason: 'The CNI needs it', owner: 'mona' };
const file = '.github/plimsoll.yml';

test('A waiver is added below those that stand there, and comments stay.', () => {
  const before = [
    '# Ours.',
    'fail-on:   "high" # not lower',
    'waivers:',
    '  # The old one.',
    '  - check: host-network',
    '    reason: node agent',
    '',
  ].join('\n');
  expect(addWaivers(before, file, [{ ...entry, until: '2027-01-31' }])).toBe(
    `${before}  - check: privileged\n    resource: Pod/web\n    path: a.yaml\n    reason: The CNI needs it\n    owner: mona\n    until: "2027-01-31"\n`,
  );
});

test.each(['', '# Nothing yet.\n', 'waivers: []\n', 'waivers:\n', 'fail-on: low\n'])(
  'A waiver finds its place in %j.',
  (before) => {
    const after = addWaivers(before, file, [entry]);
    const { settings, problems } = parseSettings(after, file, new Map([['privileged', {} as never]]));
    expect(problems).toEqual([]);
    expect(settings.waivers).toMatchObject([entry]);
    for (const comment of before.match(/#.*/g) ?? []) expect(after).toContain(comment);
  },
);

test.each(['waivers: yes\n', 'a: [\n'])('Settings that cannot take one are refused: %j.', (before) => {
  expect(() => addWaivers(before, file, [entry])).toThrow('cannot take a waiver');
});

test('Whatever a reason holds, it comes back as it was and changes nothing else.', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 3 }), (reason) => {
      const after = addWaivers('fail-on: high\n', file, [{ ...entry, reason }]);
      expect(parse(after)).toEqual({ 'fail-on': 'high', waivers: [{ ...entry, reason }] });
      expect(parse(waiversYaml([{ ...entry, reason }]))).toEqual({ waivers: [{ ...entry, reason }] });
    }),
  );
});
