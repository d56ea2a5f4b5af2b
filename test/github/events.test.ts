import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PlimsollError } from '../../src/errors.ts';
import { readEvent } from '../../src/github/events.ts';

const names = ['pull_request', 'merge_group', 'check_run', 'check_suite', 'issue_comment', 'push', 'installation'];
const actions = ['opened', 'closed', 'edited', 'checks_requested', 'rerequested', 'requested_action', 'created'];

test('Whatever a webhook holds, it is read, ignored or refused in one sentence.', () => {
  const payload = fc.oneof(
    fc.jsonValue(),
    fc.record({
      action: fc.constantFrom(...actions),
      installation: fc.oneof(fc.record({ id: fc.integer() }), fc.jsonValue()),
      repository: fc.jsonValue(),
      pull_request: fc.jsonValue(),
      check_run: fc.jsonValue(),
      issue: fc.jsonValue(),
      comment: fc.jsonValue(),
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), payload, (name, value) => {
      try {
        expect(['do', 'cancel', 'nothing']).toContain(readEvent('id', name, value).kind);
      } catch (error) {
        expect(error).toBeInstanceOf(PlimsollError);
        expect((error as PlimsollError).message).toMatch(/^The \w+ webhook is malformed at [^\n]+\.$/);
      }
    }),
  );
});

test('A commit id that is none is refused: it would become part of a URL.', () => {
  const merge_group = { head_sha: '../../other', head_ref: 'x', base_sha: 'a'.repeat(40), base_ref: 'main' };
  const repository = { name: 'gitops', owner: { login: 'acme' } };
  const payload = { action: 'checks_requested', installation: { id: 1 }, repository, merge_group };
  expect(() => readEvent('id', 'merge_group', payload)).toThrow('merge_group.head_sha');
});

test('A push asks for counts when the default branch has a new commit, and for nothing else.', () => {
  const repository = { name: 'gitops', default_branch: 'main', owner: { login: 'acme' } };
  const after = 'b'.repeat(40);
  const pushed = (more: object): unknown =>
    readEvent('id', 'push', { installation: { id: 1 }, repository, ref: 'refs/heads/main', after, ...more });
  expect(pushed({})).toMatchObject({ kind: 'do', job: { event: 'push', owner: 'acme', headSha: after } });
  for (const ref of ['refs/heads/other', 'refs/tags/main', 'refs/heads/main/x', 'main'])
    expect(pushed({ ref })).toMatchObject({ kind: 'nothing' });
  expect(pushed({ deleted: true, after: '0'.repeat(40) })).toMatchObject({ kind: 'nothing' });
  expect(() => pushed({ after: '../x' })).toThrow('The push webhook is malformed');
});

test('A button that we did not make asks for nothing, whatever its name.', () => {
  const repository = { name: 'gitops', owner: { login: 'acme' } };
  const check_run = { name: 'Plimsoll', head_sha: 'a'.repeat(40), external_id: 'pull/7/x' };
  const click = (identifier: string): unknown =>
    readEvent('id', 'check_run', {
      action: 'requested_action',
      installation: { id: 1 },
      repository,
      check_run,
      requested_action: { identifier },
      sender: { login: 'mona' },
    });
  expect(click('fix')).toMatchObject({ kind: 'do', job: { pull: 7, author: 'mona', command: { name: 'fix' } } });
  for (const identifier of ['', 'constructor', '__proto__', 'waive'])
    expect(click(identifier)).toMatchObject({ kind: 'nothing' });
});
