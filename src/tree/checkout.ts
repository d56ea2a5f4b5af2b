import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { git, GitError, lastWords, type Remote } from './git.ts';
import { commitMissing, mergeBase, resolveCommit, type Repository } from './repository.ts';

export interface CheckoutOptions extends Remote {
  /** What to fetch: commit ids, or full ref names (`refs/pull/7/head`). */
  wants: readonly string[];
  /** Each checkout makes its own folder in this one and removes it when disposed of. */
  cacheFolder: string;
  signal?: AbortSignal;
  /** For one fetch, in milliseconds. */
  timeout?: number;
}

/** Commits fetched for one review, with the contents that were asked for so far. */
export interface Checkout extends Repository, AsyncDisposable {
  /** Commit id of each want. */
  readonly commits: ReadonlyMap<string, string>;
  obtain(oids: readonly string[]): Promise<void>;
  /** The best common ancestor, found by fetching more history step by step; undefined when there is none within reach. */
  mergeBase(a: string, b: string): Promise<string | undefined>;
}

const fetchTimeout = 120_000;
/** Commits of history added by each step of the search for a merge base. */
const deepenings = [50, 500, 5000];
/** A checkout that a killed process left behind is removed after this time, in milliseconds. */
const leftOverAfter = 6 * 3_600_000;

/**
 * Fetches commits over smart HTTP: no history and, where the server can, no file contents; those follow in batches when
 * a tree needs them. Every checkout has a bare repository of its own: jobs never wait for one another, nothing that
 * one repository sent is seen by another's review, and the disk holds what the running jobs need.
 * Throws `repository-unreachable`, `commit-missing` or `git-timeout`; no text names the token.
 */
export async function checkout(options: CheckoutOptions): Promise<Checkout> {
  const remote = checkedRemote(options);
  for (const want of options.wants) checkWant(want);
  mkdirSync(options.cacheFolder, { recursive: true });
  removeLeftOvers(options.cacheFolder);
  const gitDir = await mkdtemp(join(options.cacheFolder, 'checkout-'));
  const folder: Folder = { gitDir, over: new AbortController(), fetching: Promise.resolve() };
  try {
    return await open(folder, remote, options);
  } catch (cause) {
    await dispose(folder);
    throw cause;
  }
}

/** The folder of a checkout, and what may still be written into it. */
interface Folder {
  gitDir: string;
  /** Aborted when nobody needs the checkout any more. */
  over: AbortController;
  /** Settled when no fetch runs or waits. Never rejected. */
  fetching: Promise<unknown>;
}

/** Removes the folder when all that writes into it has ended. A review that fails does not wait for what it has read ahead. */
async function dispose(folder: Folder): Promise<void> {
  folder.over.abort();
  await folder.fetching;
  await rm(folder.gitDir, { recursive: true, force: true, maxRetries: 3 });
}

async function open(folder: Folder, remote: Remote, options: CheckoutOptions): Promise<Checkout> {
  const { gitDir, over } = folder;
  const { wants, timeout = fetchTimeout } = options;
  const signal = {
    signal: options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal]),
  };
  const inside = { ...signal, timeout };
  // One fetch at a time: they share the file that lists where history was cut.
  const fetch = async (args: readonly string[], input?: string): Promise<void> => {
    const next = folder.fetching.then(async () => {
      try {
        const call = input === undefined ? inside : { ...inside, input };
        // Contents are asked for by id: to claim commits whose contents we lack would make the server leave them out.
        const negotiation = input === undefined ? [] : ['-c', 'fetch.negotiationAlgorithm=noop'];
        await git([`--git-dir=${gitDir}`, ...negotiation, 'fetch', ...quiet, '--filter=blob:none', ...args], {
          ...call,
          remote,
        });
      } catch (cause) {
        throw fetchFault(cause, remote, wants);
      }
    });
    folder.fetching = next.catch(() => undefined);
    await next;
  };

  await git(['init', '--quiet', '--bare', '--template=', gitDir], signal);
  const refs = wants.map((want, index) => `+${want}:refs/plimsoll/${index}`);
  await fetch(['--depth=1', '--', remote.url, ...refs]);

  const commits = new Map<string, string>();
  for (const [index, want] of wants.entries())
    commits.set(want, await resolveCommit({ gitDir, ...signal }, `refs/plimsoll/${index}`));
  const missing = await missingBlobs(gitDir, [...commits.values()], signal);
  /** Base and head are read at the same time, and mostly want the same. */
  const coming = new Map<string, Promise<void>>();

  const repository: Checkout = {
    gitDir,
    ...signal,
    commits,
    obtain: async (oids) => {
      const absent = [...new Set(oids)].filter((oid) => missing.has(oid));
      const unasked = absent.filter((oid) => !coming.has(oid));
      if (unasked.length > 0) {
        const fetched = fetch(['--stdin', '--', remote.url], unasked.join('\n') + '\n').then(() => {
          for (const oid of unasked) missing.delete(oid);
        });
        for (const oid of unasked) coming.set(oid, fetched);
        const forget = (): void => {
          for (const oid of unasked) coming.delete(oid);
        };
        fetched.then(forget, forget);
      }
      await Promise.all(new Set(absent.flatMap((oid) => coming.get(oid) ?? [])));
    },
    mergeBase: async (a, b) => {
      for (const depth of deepenings) {
        const found = await mergeBase(repository, a, b);
        if (found !== undefined) {
          for (const oid of await missingBlobs(gitDir, [found], signal)) missing.add(oid);
          return found;
        }
        await fetch([`--deepen=${depth}`, '--', remote.url, ...refs]);
      }
      const found = await mergeBase(repository, a, b);
      if (found !== undefined) for (const oid of await missingBlobs(gitDir, [found], signal)) missing.add(oid);
      return found;
    },
    [Symbol.asyncDispose]: () => dispose(folder),
  };
  return repository;
}

const quiet = ['--quiet', '--no-tags', '--no-auto-gc', '--no-write-fetch-head', '--no-recurse-submodules'];

/** What the server left out. Empty when it cannot filter and sent everything. */
async function missingBlobs(
  gitDir: string,
  commits: readonly string[],
  signal: { signal?: AbortSignal },
): Promise<Set<string>> {
  const { stdout } = await git(
    [`--git-dir=${gitDir}`, 'rev-list', '--objects', '--no-object-names', '--missing=print', '--no-walk', ...commits],
    signal,
  );
  return new Set([...stdout.toString().matchAll(/^\?([0-9a-f]+)$/gm)].map(([, oid = '']) => oid));
}

function checkedRemote({ url, token }: CheckoutOptions): Remote {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
    throw new PlimsollError(
      'repository-unreachable',
      'The address of the repository is not an http(s) URL without user and password.',
      'Give the clone URL as GitHub shows it.',
    );
  return token === undefined ? { url: parsed.href } : { url: parsed.href, token };
}

/** Refs come from webhooks: none may be read as an option, a pattern or a pair. */
function checkWant(want: string): void {
  const valid = /^([0-9a-f]{40}|[0-9a-f]{64}|refs\/[^\s~^:?*[\\\p{Cc}]+)$/u.test(want) && !/\.\.|\/\/|@\{/.test(want);
  if (!valid) throw commitMissing(JSON.stringify(want));
}

function fetchFault(cause: unknown, { url }: Remote, wants: readonly string[]): unknown {
  if (!(cause instanceof GitError) || cause.code !== 'git-failed') return cause;
  if (/not our ref|couldn't find remote ref|no such remote ref|unadvertised object|bad object/i.test(cause.stderr))
    return commitMissing(wants.find((want) => cause.stderr.includes(want)) ?? wants.join(', '));
  return new PlimsollError(
    'repository-unreachable',
    `${url} could not be fetched: ${lastWords(cause.stderr)}`,
    'Check that the repository exists, that the App may read its contents, and that the server answers.',
  );
}

function removeLeftOvers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('checkout-')) continue;
    const made = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - made > leftOverAfter) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
