import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Serving } from '../../src/entry/server.ts';
import { faultReview } from '../support/github/fault-review.ts';
import { startGitHub, type GitHub, type Pull } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;

afterEach(async () => {
  await app.stop();
  await github.close();
});

/** A GitHub with an opened pull request; `contents` is what the installation was granted. */
async function opened(contents: 'read' | 'write', lines: readonly string[], more: object = {}): Promise<Pull> {
  github = await startGitHub({ grant: { contents } });
  const settings = '# Ours.\nfail-on: high\n';
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': settings, 'deploy.yaml': 'a: 1\n' } });
  github.allow(repository, 'mona', 'write');
  app = await startApp(github, { review: faultReview(github) });
  const files = { 'deploy.yaml': ['a: 1', ...lines, ''].join('\n') };
  const pull = await github.openPull(repository, { title: 'Change', branch: 'change', files, ...more });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  return pull;
}

async function say(pull: Pull, body: string, login = 'mona'): Promise<void> {
  await github.say(repository, pull, login, body);
  await app.queue?.idle();
}

const answers = (): string[] =>
  github.conversations.comments.filter(({ author }) => author === 'plimsoll').map(({ body }) => body);
const reactions = (): unknown[] => github.conversations.comments.flatMap((comment) => comment.reactions);
const content = async (revision: string, path: string): Promise<string | undefined> =>
  (await github.forge.read(repository, revision, path))?.toString();

describe('/plimsoll', () => {
  test('rerun judges the pull request once more, and the reaction says that it was heard', async () => {
    const pull = await opened('read', ['fault: one']);
    await say(pull, '/plimsoll rerun');
    expect(github.checkRuns(repository, pull.head.sha).map(({ completions }) => completions)).toEqual([1, 1]);
    expect(reactions()).toEqual([{ author: 'plimsoll', content: 'eyes' }]);
    expect(answers()).toEqual([]);
  });

  test('explain says what a check looks for; an unknown one is answered with what was perhaps meant', async () => {
    const pull = await opened('read', []);
    await say(pull, '/plimsoll explain privileged-container');
    await say(pull, '/plimsoll explain privileged-contianer');
    expect(answers()[0]).toContain('**Fix:**');
    expect(answers()[1]).toContain('There is no check `privileged-contianer`. Did you mean `privileged-container`?');
  });

  test('with anything else is answered with what can be said, nothing of it as markup', async () => {
    const pull = await opened('read', []);
    await say(pull, '/plimsoll do <img src=x> @mona `now`');
    expect(answers()).toHaveLength(1);
    expect(answers()[0]).toContain('I do not know `` /plimsoll do <img src=x> @mona `now` ``');
    expect(answers()[0]).toContain('`/plimsoll fix`');
  });

  test('from people who may not write is refused politely once, then with a reaction', async () => {
    const pull = await opened('write', ['fault: one']);
    github.allow(repository, 'reader', 'read');
    await say(pull, '/plimsoll fix', 'stranger');
    await say(pull, '/plimsoll rerun', 'stranger');
    await say(pull, '/plimsoll fix', 'reader');
    expect(answers()).toEqual([
      expect.stringContaining('Sorry, `stranger`: only people with write access'),
      expect.stringContaining('Sorry, `reader`: only people with write access'),
    ]);
    expect(reactions()).toEqual([{ author: 'plimsoll', content: 'confused' }]);
    expect(github.checkRuns(repository)).toHaveLength(1);
    expect(github.pull(repository, 1).head.sha).toBe(pull.head.sha);
  });

  test('from an account that is gone by now is as from a stranger', async () => {
    const pull = await opened('write', []);
    github.faults.push({ path: /collaborators/, status: 404, body: { message: 'Not Found' } });
    await say(pull, '/plimsoll fix', 'ghost');
    expect(answers()).toEqual([expect.stringContaining('Sorry, `ghost`')]);
  });

  test('from a bot, on a closed pull request or on an issue is not heard', async () => {
    const pull = await opened('read', []);
    const before = github.requests.length;
    await say(pull, '/plimsoll rerun', 'renovate[bot]');
    await say({ ...pull, state: 'closed' }, '/plimsoll rerun');
    await github.deliver(
      'issue_comment',
      {
        action: 'created',
        issue: { number: 9, state: 'open' },
        comment: { id: 1, body: '/plimsoll rerun', user: { login: 'mona', type: 'User' } },
      },
      { repository },
    );
    await app.queue?.idle();
    expect(github.requests).toHaveLength(before);
  });

  test('says nothing in a repository that did not ask for us', async () => {
    await opened('read', []);
    await github.createRepository('acme/other', { files: { 'README.md': '' } });
    github.allow('acme/other', 'mona', 'admin');
    const pull = await github.openPull('acme/other', { title: 'x', branch: 'x' });
    await github.say('acme/other', pull, 'mona', '/plimsoll explain privileged-container');
    await app.queue?.idle();
    expect(answers()).toEqual([]);
  });
});

describe('/plimsoll fix', () => {
  test('commits all fixes to the branch as one commit, and says what is left', async () => {
    const pull = await opened('write', ['fault: one', 'b: 2', 'fault: two', 'fault: stubborn']);
    await say(pull, '/plimsoll fix');
    const { head } = github.pull(repository, 1);
    expect(await content(head.sha, 'deploy.yaml')).toBe('a: 1\nfix: one\nb: 2\nfix: two\nfault: stubborn\n');
    const commit = await github.forge.showCommit(repository, head.sha);
    expect(commit.parents).toEqual([pull.head.sha]);
    expect(commit.message).toContain('fix: 2 findings of Plimsoll');
    expect(commit.message).toContain('- deploy.yaml:2: Mend one.');
    expect(answers()).toEqual([
      expect.stringContaining(
        `Committed \`${head.sha.slice(0, 7)}\`:\n\n- deploy.yaml:2: Mend one.\n- deploy.yaml:4: Mend two.`,
      ),
    ]);
  });

  test('by the button of the check run does the same', async () => {
    const pull = await opened('write', ['fault: one']);
    const [run] = github.checkRuns(repository);
    expect(run?.actions).toEqual([
      { label: 'Fix', identifier: 'fix', description: 'Commit the verified fix' },
      { label: 'Re-run', identifier: 'rerun', description: 'Judge this head once more' },
    ]);
    const click = { action: 'requested_action', check_run: run, requested_action: { identifier: 'fix' } };
    await github.deliver('check_run', { ...click, sender: { login: 'stranger' } }, { repository });
    await app.queue?.idle();
    expect(github.pull(repository, 1).head.sha).toBe(pull.head.sha);
    await github.deliver('check_run', { ...click, sender: { login: 'mona' } }, { repository });
    await app.queue?.idle();
    expect(await content(github.pull(repository, 1).head.sha, 'deploy.yaml')).toBe('a: 1\nfix: one\n');
  });

  test.each([
    ['the App may only read', 'read', {}, 'I am not allowed to write contents here'],
    ['the branch lives in a fork', 'write', { fork: 'stranger' }, 'the branch lives in a fork'],
  ] as const)('says why it cannot when %s', async (_, contents, more, why) => {
    const pull = await opened(contents, ['fault: one'], more);
    expect(github.checkRuns(repository)[0]?.actions?.map(({ identifier }) => identifier)).toEqual(['rerun']);
    await say(pull, '/plimsoll fix');
    expect(answers()).toEqual([expect.stringContaining(why)]);
    expect(github.pull(repository, 1).head.sha).toBe(pull.head.sha);
  });

  test('says so when there is nothing to fix', async () => {
    const pull = await opened('write', ['fault: stubborn']);
    await say(pull, '/plimsoll fix');
    expect(answers()).toEqual([expect.stringContaining('I have no fix that I could verify for the 1 finding')]);
  });

  test('never pushes over what somebody else pushed meanwhile', async () => {
    const pull = await opened('write', ['fault: one']);
    await github.say(repository, pull, 'mona', '/plimsoll fix');
    const moved = await github.push(repository, pull, { files: { 'b.yaml': 'b: 1' } });
    await app.queue?.idle();
    const { head } = github.pull(repository, 1);
    expect(await github.forge.mergeBase(repository, head.sha, moved.head.sha)).toBe(moved.head.sha);
  });
});

describe('/plimsoll waive', () => {
  test('opens a pull request that adds the waiver; nothing is waived until it is merged', async () => {
    const pull = await opened('write', ['fault: privileged-container']);
    await say(pull, '/plimsoll waive privileged-container The CNI @mona needs it until 2027-01-31');
    const proposed = github.pull(repository, 2);
    expect(proposed).toMatchObject({
      author: 'plimsoll[bot]',
      base: { ref: 'main' },
      title: 'Waive privileged-container for 1 object',
    });
    expect(proposed.body).not.toContain('@mona');
    const text = (await content(proposed.head.sha, '.github/plimsoll.yml')) ?? '';
    expect(text).toContain('# Ours.\nfail-on: high\n');
    expect(parse(text)).toMatchObject({
      waivers: [
        {
          check: 'privileged-container',
          resource: 'Pod/privileged-container',
          path: 'deploy.yaml',
          reason: 'The CNI @mona needs it',
          owner: 'mona',
          until: '2027-01-31',
        },
      ],
    });
    expect(answers()).toEqual([expect.stringContaining(`/pull/2 accepts 1 finding of \`privileged-container\``)]);
    await say(pull, '/plimsoll rerun');
    expect(github.checkRuns(repository, pull.head.sha).at(-1)).toMatchObject({ conclusion: 'failure' });
    await github.forge.updateRef(repository, 'refs/heads/main', proposed.head.sha);
    await say(pull, '/plimsoll rerun');
    expect(github.checkRuns(repository, pull.head.sha).at(-1)).toMatchObject({ conclusion: 'success' });
  });

  test('shows what to add where the App may only read', async () => {
    const pull = await opened('read', ['fault: privileged-container']);
    await say(pull, '/plimsoll waive privileged-container needed');
    expect(answers()[0]).toContain(
      'waivers:\n  - check: privileged-container\n    resource: Pod/privileged-container\n',
    );
  });

  test('is refused for a check that does not exist, or that finds nothing here', async () => {
    const pull = await opened('write', []);
    await say(pull, '/plimsoll waive no-such-check because');
    await say(pull, '/plimsoll waive privileged-container because');
    expect(answers()[0]).toContain('There is no check `no-such-check`.');
    expect(answers()[1]).toContain('introduces no finding of `privileged-container`');
  });
});
