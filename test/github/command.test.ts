import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCommand } from '../../src/github/command.ts';

describe('a comment asks for', () => {
  test.each([
    ['/plimsoll rerun', { name: 'rerun' }],
    ['  /plimsoll fix \r\nThank you!', { name: 'fix' }],
    ['/plimsoll explain privileged', { name: 'explain', check: 'privileged' }],
    [
      '/plimsoll waive privileged "The CNI needs it" until 2027-01-31',
      { name: 'waive', check: 'privileged', reason: 'The CNI needs it', until: '2027-01-31' },
    ],
    [
      '/plimsoll waive host-network it is a node agent',
      { name: 'waive', check: 'host-network', reason: 'it is a node agent' },
    ],
    ['/plimsoll', { name: 'help', said: '' }],
    ['/plimsoll make tea', { name: 'help', said: 'make tea' }],
    ['/plimsoll fix everything', { name: 'help', said: 'fix everything' }],
    ['/plimsoll waive privileged', { name: 'help', said: 'waive privileged' }],
    [
      '/plimsoll waive privileged why until 2027-02-30',
      { name: 'help', said: 'waive privileged why until 2027-02-30' },
    ],
    ['/plimsoll waive privileged why not until', { name: 'help', said: 'waive privileged why not until' }],
    ['/plimsoll waive ../x reason', { name: 'help', said: 'waive ../x reason' }],
  ])('%j', (comment, command) => {
    expect(readCommand(comment)).toEqual(command);
  });

  test.each([
    'Please /plimsoll fix',
    '> /plimsoll fix',
    '```\n/plimsoll fix\n```',
    '/plimsollfix',
    '',
    'Hello\n/plimsoll fix',
  ])('nothing by %j', (comment) => {
    expect(readCommand(comment)).toBeUndefined();
  });
});

test('Whatever stands in a comment, a waiver has a check’s id, a reason on one line and a real date.', () => {
  const words = fc.array(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('until', '2027-01-01', '"', 'privileged')),
  );
  fc.assert(
    fc.property(words, (parts) => {
      const command = readCommand(`/plimsoll waive ${parts.join(' ')}`);
      expect(['waive', 'help']).toContain(command?.name);
      if (command?.name !== 'waive') return;
      expect(command.check).toMatch(/^[a-z0-9-]+$/);
      expect(command.reason).not.toMatch(/[\r\n]/);
      if (command.until !== undefined) expect(new Date(command.until).toISOString()).toContain(command.until);
    }),
  );
});
