import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { startGitHub, type GitHub, type Pull, type StoredCheckRun } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';
import { chart, configMap } from './arena.ts';

/** The server as production runs it, while pull requests try to use it up. */
const hostile = 'acme/hostile';
const other = 'acme/other';
let github: GitHub;
let app: Serving;
beforeEach(async () => {
  github = await startGitHub();
  for (const repository of [hostile, other])
    await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'README.md': 'Hello' } });
  app = await startApp(github, { env: { PLIMSOLL_SANDBOX: 'require' } });
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

async function announced(repository: string, branch: string, files: Record<string, string>): Promise<Pull> {
  const pull = await github.openPull(repository, { title: branch, branch, files, fork: 'stranger' });
  expect((await github.announce(repository, pull, 'opened')).status).toBe(202);
  return pull;
}

const runOf = (pull: Pull): StoredCheckRun | undefined =>
  [hostile, other].flatMap((repository) => github.checkRuns(repository, pull.head.sha))[0];
const text = (files: ReturnType<typeof chart>): Record<string, string> => files as Record<string, string>;

test('while bombs for processor, memory and disk go off, the server answers and reviews other pull requests', async () => {
  // A chart that takes all the time it is given.
  const endless = '{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}';
  const many = ['a', 'b', 'd', 'e', 'f', 'g'].flatMap((name) =>
    Object.entries(text(chart(endless))).map(([file, content]) => [file.replace('c/', `${name}/`), content]),
  );
  const besiege = (): Promise<Pull> =>
    announced(hostile, `siege-${sieges.length}`, {
      ...(Object.fromEntries(many) as Record<string, string>),
      // A head of its own.
      'README.md': `${sieges.length}`,
    });
  const sieges: Pull[] = [];
  sieges.push(await besiege());
  const doubling = '{{ $s := "0123456789abcdef" }}{{ range until 33 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}';
  const memory = await announced(hostile, 'memory', text(chart(doubling)));
  const zeros = Array.from({ length: 17 }, (_, index): [string, string] => [
    `c/files/${index}`,
    `${index}`.padEnd(4 * 2 ** 20, '0'),
  ]);
  const disk = await announced(hostile, 'disk', { ...text(chart(configMap('x'))), ...Object.fromEntries(zeros) });
  const processor = await announced(hostile, 'processor', text(chart(endless)));
  const ordinary = await announced(other, 'ordinary', text(chart(configMap('ordinary'))));

  let slowest = 0;
  while (runOf(ordinary)?.status !== 'completed') {
    const asked = performance.now();
    const answer = await fetch(`${app.url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    slowest = Math.max(slowest, performance.now() - asked);
    // However long it takes here: it must not have to wait until nobody attacks any more.
    const last = sieges.at(-1);
    if (last !== undefined && runOf(last)?.status === 'completed') sieges.push(await besiege());
    // Only asking can tell; the server runs in this very process, and is not kept busy by being asked.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(runOf(ordinary)).toMatchObject({ conclusion: 'success' });
  expect(slowest).toBeLessThan(30_000);

  // Nobody waits for their end.
  for (const siege of sieges) await github.announce(hostile, github.closePull(hostile, siege), 'closed');
  await app.queue?.idle();
  const said = (pull: Pull): unknown => ({ conclusion: runOf(pull)?.conclusion, summary: runOf(pull)?.summary });
  expect(said(processor)).toMatchObject({
    conclusion: 'failure',
    summary: expect.stringMatching(/helm was stopped at the time limit of (?:15 s of processor time|20 s)/),
  });
  expect(said(memory)).toMatchObject({
    conclusion: 'failure',
    // Where the machine is slow, time is up first.
    summary: expect.stringMatching(/helm was stopped at the (?:memory limit of 2048 MiB|time limit of \d+ s)/),
  });
  expect(said(disk)).toMatchObject({
    conclusion: 'failure',
    summary: expect.stringMatching(/68\\?\.0 MiB of files are more than the 64\\?\.0 MiB rendered at once/),
  });
}, 480_000);
