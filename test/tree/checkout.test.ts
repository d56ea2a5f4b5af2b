import { chmodSync, existsSync, readFileSync, readdirSync, utimesSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { PlimsollError } from '../../src/errors.ts';
import { defaultLimits } from '../../src/settings.ts';
import { checkout } from '../../src/tree/checkout.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { changesBetween, hunks } from '../../src/tree/diff.ts';
import { gitHttp } from '../support/git-http.ts';
import { commit, removeTemporary, repository, run, temporary } from './repository.ts';

const token = 'ghs_CanaryTokenThatMustNotLeak0123456789';
const encoded = Buffer.from(`x-access-token:${token}`).toString('base64');
const root = temporary();
const servers: Server[] = [];
const path = process.env.PATH ?? '';
let base = '';
let fork = '';
let head = '';
let url = '';
let requests: string[] = [];

/** Chatty clients are counted: each POST is one fetch. */
const counted =
  (handler: RequestListener): RequestListener =>
  (request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    handler(request, response);
  };

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(counted(handler));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const folder = repository({
    ...Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`charts/c${index}/values.yaml`, `n: ${index}\n`])),
    'charts/c0/link': 'x',
    'moved.yaml': 'long enough to be found again\n'.repeat(10),
  });
  fork = run(folder, ['rev-parse', 'HEAD']);
  for (let nth = 0; nth < 60; nth++) commit(folder, { 'log.txt': `${nth}\n` });
  base = run(folder, ['rev-parse', 'HEAD']);
  run(folder, ['checkout', '-q', '-b', 'topic', fork]);
  run(folder, ['mv', 'moved.yaml', 'there.yaml']);
  head = commit(folder, {
    'charts/c3/values.yaml': 'n: three\n',
    'there.yaml': 'long enough to be found again\n'.repeat(9),
  });
  run(root, ['clone', '-q', '--bare', folder, 'owner/name.git']);
  run(join(root, 'owner/name.git'), ['update-ref', 'refs/pull/7/head', head]);
  run(join(root, 'owner/name.git'), ['branch', '-q', '-D', 'topic']);
  const origin = await serve(gitHttp(root, { authorize: (given) => given?.password === token }));
  url = `${origin}/owner/name.git`;
});

afterEach(() => {
  process.env.PATH = path;
  requests = [];
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  removeTemporary();
});

/** Puts a `git` first on PATH that writes down every argument it gets, then goes on as the real one. */
function record(): string {
  const folder = temporary();
  const log = join(folder, 'log');
  const real =
    path
      .split(delimiter)
      .map((part) => join(part, 'git'))
      .find((file) => existsSync(file)) ?? '';
  writeFileSync(
    join(folder, 'git'),
    `#!/bin/sh\nprintf '%s ' "$@" >> '${log}'\necho >> '${log}'\nexec '${real}' "$@"\n`,
  );
  chmodSync(join(folder, 'git'), 0o755);
  process.env.PATH = `${folder}${delimiter}${path}`;
  return log;
}

function everyFile(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => readFileSync(join(item.parentPath, item.name), 'latin1'))
    .join('\n');
}

const posts = (): number => requests.filter((request) => request.startsWith('POST')).length;

test('a pull request of a fork is fetched without history and contents; what is read comes in one go', async () => {
  await using fetched = await checkout({ url, token, wants: [base, 'refs/pull/7/head'], cacheFolder: temporary() });
  expect(fetched.commits.get('refs/pull/7/head')).toBe(head);
  const tree = commitTree(fetched, head, defaultLimits);
  expect((await tree.entries()).length).toBe(62);
  await tree.digest(['charts']);
  const before = posts();
  const paths = Array.from({ length: 60 }, (_, index) => `charts/c${index}/values.yaml`);
  expect((await tree.readMany(paths)).size).toBe(60);
  expect((await tree.read('charts/c3/values.yaml'))?.toString()).toBe('n: three\n');
  expect(await tree.grep(['n: three'], ['values.yaml'])).toEqual(['charts/c3/values.yaml']);
  // One exchange of capabilities or refs may go with the one fetch.
  expect(posts() - before).toBeLessThanOrEqual(2);
  const into = temporary();
  expect(await tree.export(['charts/c0', 'there.yaml'], into)).toEqual([]);
  expect(readFileSync(join(into, 'charts/c0/values.yaml'), 'utf8')).toBe('n: 0\n');
});

test('the diff of commits without contents finds renames and lines', async () => {
  await using fetched = await checkout({ url, token, wants: [fork, head], cacheFolder: temporary() });
  const before = posts();
  const changes = await changesBetween(fetched, fork, head);
  expect(changes).toEqual([
    { path: 'charts/c3/values.yaml', status: 'modified' },
    { path: 'there.yaml', from: 'moved.yaml', status: 'renamed' },
  ]);
  expect(await hunks(fetched, fork, head, changes)).toEqual(
    new Map([
      ['charts/c3/values.yaml', [{ start: 1, end: 1 }]],
      ['there.yaml', [{ start: 7, end: 9 }]],
    ]),
  );
  expect(posts() - before).toBeLessThanOrEqual(4);
});

test('the merge base is found by fetching history step by step, and its files can be read', async () => {
  await using fetched = await checkout({ url, token, wants: [base, 'refs/pull/7/head'], cacheFolder: temporary() });
  expect(await fetched.mergeBase(base, head)).toBe(fork);
  const tree = commitTree(fetched, fork, defaultLimits);
  expect((await tree.read('moved.yaml'))?.length).toBe(300);
});

test('a server without partial clone sends everything, and the review works the same', async () => {
  const plain = await serve(gitHttp(root, { filter: false }));
  await using fetched = await checkout({ url: `${plain}/owner/name`, wants: [base, head], cacheFolder: temporary() });
  const before = requests.length;
  const tree = commitTree(fetched, head, defaultLimits);
  expect((await tree.read('charts/c3/values.yaml'))?.toString()).toBe('n: three\n');
  expect((await changesBetween(fetched, base, head)).length).toBe(3);
  expect(requests.length).toBe(before);
});

test('the token is in no argument and no file, and the folder is removed at the end', async () => {
  const log = record();
  const cacheFolder = temporary();
  {
    await using fetched = await checkout({ url, token, wants: [head], cacheFolder });
    await commitTree(fetched, head, defaultLimits).readMany(['there.yaml']);
    await fetched.mergeBase(head, head);
    const files = everyFile(cacheFolder);
    expect(files).toContain('[core]');
    for (const secret of [token, encoded]) expect(files).not.toContain(secret);
  }
  const argv = readFileSync(log, 'utf8');
  expect(argv).toContain('fetch');
  for (const secret of [token, encoded]) expect(argv).not.toContain(secret);
  expect(readdirSync(cacheFolder)).toEqual([]);
});

async function failure(work: Promise<unknown>): Promise<PlimsollError> {
  const cause = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(cause).toBeInstanceOf(PlimsollError);
  const error = cause as PlimsollError;
  const text = [error.message, error.hint, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  for (const secret of [token, encoded]) expect(text).not.toContain(secret);
  return error;
}

test.each([
  ['a commit that does not exist', '1'.repeat(40), 'commit-missing'],
  ['a ref that does not exist', 'refs/pull/8/head', 'commit-missing'],
  ['a ref that looks like an option', '--upload-pack=evil', 'commit-missing'],
  ['a ref that is a pair', 'refs/heads/main:refs/heads/x', 'commit-missing'],
  ['a pattern', 'refs/heads/*', 'commit-missing'],
])('%s is named as missing', async (_, want, code) => {
  const cacheFolder = temporary();
  const error = await failure(checkout({ url, token, wants: [base, want], cacheFolder }));
  expect(error.code).toBe(code);
  expect(readdirSync(cacheFolder)).toEqual([]);
});

test('a repository that refuses, is not there or does not answer is unreachable, and nobody learns the token', async () => {
  const cacheFolder = temporary();
  const go = (address: string, given = token): Promise<PlimsollError> =>
    failure(checkout({ url: address, token: given, wants: [head], cacheFolder }));
  const echo = await serve((_, response) => response.writeHead(500).end(`you sent ${token}`));
  const other = await serve((_, response) => response.writeHead(200).end());
  const redirect = await serve((_, response) => response.writeHead(302, { location: `${other}/x.git` }).end());
  requests = [];
  const errors = [
    await go(url, 'wrong'),
    await go(url.replace('name', 'nothing')),
    await go('http://127.0.0.1:1/owner/name.git'),
    await go(`${echo}/owner/name.git`),
    await go(`${redirect}/owner/name.git`),
    await go(`https://x-access-token:${token}@127.0.0.1/owner/name.git`),
    await go('file:///tmp'),
    await go('ext::sh -c true'),
  ];
  expect(errors.map((error) => error.code)).toEqual(errors.map(() => 'repository-unreachable'));
  expect(requests.filter((request) => request.includes('/x.git'))).toEqual([]);
  expect(readdirSync(cacheFolder)).toEqual([]);
});

test('a server that never answers ends in a timeout, a cancelled job at once, and both leave nothing behind', async () => {
  const cacheFolder = temporary();
  const silent = await serve(() => undefined);
  const options = { url: `${silent}/owner/name.git`, token, wants: [head], cacheFolder };
  expect((await failure(checkout({ ...options, timeout: 200 }))).code).toBe('git-timeout');

  const newer = new AbortController();
  const reached = await serve(() => newer.abort(new Error('a newer head came')));
  const work = checkout({ ...options, url: `${reached}/owner/name.git`, signal: newer.signal });
  await expect(work).rejects.toThrow('a newer head came');
  expect(readdirSync(cacheFolder)).toEqual([]);
});

test('what a killed process left behind is removed by the next checkout, what runs is not', async () => {
  const cacheFolder = temporary();
  for (const name of ['checkout-old', 'checkout-new', 'other']) mkdirSync(join(cacheFolder, name));
  for (const name of ['checkout-old', 'other']) utimesSync(join(cacheFolder, name), 0, 0);
  const fetched = await checkout({ url, token, wants: [head], cacheFolder });
  await fetched[Symbol.asyncDispose]();
  expect(readdirSync(cacheFolder).sort()).toEqual(['checkout-new', 'other']);
});

test('two jobs on one repository work at the same time', async () => {
  const cacheFolder = temporary();
  const jobs = await Promise.all(
    [base, head, fork].map((want) => checkout({ url, token, wants: [want], cacheFolder })),
  );
  const found = await Promise.all(
    jobs.map((job) =>
      commitTree(job, [...job.commits.values()][0] ?? '', defaultLimits).readMany(['charts/c1/values.yaml']),
    ),
  );
  expect(found.map((files) => files.size)).toEqual([1, 1, 1]);
  await Promise.all(jobs.map((job) => job[Symbol.asyncDispose]()));
});

test('contents that two ask for at the same time are fetched once', async () => {
  await using fetched = await checkout({ url, token, wants: [head], cacheFolder: temporary() });
  const [one = '', other = ''] = [0, 1].map((nth) =>
    run(join(root, 'owner/name.git'), ['rev-parse', `${head}:charts/c${nth}/values.yaml`]),
  );
  const log = record();
  await Promise.all([fetched.obtain([one, other]), fetched.obtain([other, one])]);
  expect(readFileSync(log, 'utf8').match(/ fetch /g)).toHaveLength(1);
  expect(run(fetched.gitDir, ['cat-file', 'blob', other])).toBe('n: 1');
});

test('what is still being fetched when a checkout is disposed of ends before its folder is removed', async () => {
  const cacheFolder = temporary();
  const asked = Promise.withResolvers<true>();
  const backend = gitHttp(root);
  let isSilent = false;
  const slow = await serve((request, response) => {
    if (isSilent) asked.resolve(true);
    else backend(request, response);
  });
  const fetched = await checkout({ url: `${slow}/owner/name.git`, wants: [head], cacheFolder });
  isSilent = true;
  const wanted = [0, 1].map((nth) =>
    run(join(root, 'owner/name.git'), ['rev-parse', `${head}:charts/c${nth}/values.yaml`]),
  );
  const ends = wanted.map((oid) =>
    fetched.obtain([oid]).then(
      () => 'fetched',
      () => 'ended',
    ),
  );
  await asked.promise;
  await fetched[Symbol.asyncDispose]();
  expect(readdirSync(cacheFolder)).toEqual([]);
  expect(await Promise.all(ends)).toEqual(['ended', 'ended']);
});
