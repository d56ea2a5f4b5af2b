import type { Dialogue } from '../process.ts';
import { batchReader, type BatchAnswer } from './batch-output.ts';
import { gitDialogue, GitError } from './git.ts';
import type { Repository } from './repository.ts';

/**
 * The contents of a repository's blobs, by one git that stays as long as it is asked: to start one for each question takes longer than
 * to answer it.
 */
export interface Objects {
  /**
   * The contents of those blobs that are there; views of what git printed.
   * Throws `git-output` when they are more than `maxBytes` together, and what `git` throws.
   */
  read(oids: readonly string[], maxBytes: number): Promise<Map<string, Buffer>>;
  /** Starts git, so that it is ready when something is asked. */
  ready(): void;
}

const known = new WeakMap<Repository, Objects>();

export function objectsOf(repository: Repository): Objects {
  const made = known.get(repository) ?? createObjects(repository);
  known.set(repository, made);
  return made;
}

/** How long git may wait for the next question, and be waited for, in milliseconds. */
const patience = { idle: 1_000, answer: 60_000 };

/** A question, and what of the answer has come. */
interface Asked {
  oids: readonly string[];
  maxBytes: number;
  found: Map<string, Buffer>;
  answered: number;
  bytes: number;
  done: (found: Map<string, Buffer>) => void;
  fail: (error: unknown) => void;
}

function createObjects({ gitDir, signal }: Repository): Objects {
  let git: Dialogue | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** In the order they were asked, which is that of the answers. */
  let open: Asked[] = [];

  function start(): Dialogue {
    const read = batchReader({ size: isAllowed, answer: onAnswer });
    const started = gitDialogue([`--git-dir=${gitDir}`, 'cat-file', '--batch'], {
      output: (piece) => {
        if (git === started) read(piece);
      },
      ended: (failure) => {
        if (git === started) stop(failure ?? ended());
      },
    });
    git = started;
    signal?.addEventListener('abort', onAbort, { once: true });
    wait();
    return started;
  }

  /** Ends this git; whoever still waits for an answer gets the error. */
  function stop(error: unknown): void {
    const waiting = open;
    open = [];
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    git?.kill();
    git = undefined;
    for (const { fail } of waiting) fail(error);
  }

  function onAbort(): void {
    stop(signal?.reason);
  }

  /** Gives git its time: for the answer that is due, or for the next question. */
  function wait(): void {
    clearTimeout(timer);
    const isDue = open.length > 0;
    git?.await(isDue);
    timer = isDue
      ? setTimeout(() => {
          stop(tooLate());
        }, patience.answer)
      : setTimeout(() => {
          const idle = git;
          git = undefined;
          signal?.removeEventListener('abort', onAbort);
          idle?.end();
        }, patience.idle).unref();
  }

  function ask(asked: Asked): void {
    open.push(asked);
    (git ?? start()).write(`${asked.oids.join('\n')}\n`);
    wait();
  }

  function isAllowed(size: number): boolean {
    const first = open[0];
    if (first === undefined || first.bytes + size <= first.maxBytes) return true;
    // What was asked after it is asked again, of another git: this one would print all of it first.
    const others = open.slice(1);
    open = [];
    stop(undefined);
    first.fail(
      new GitError('git-output', 'git cat-file printed more than allowed.', 'The repository is too large to read.', ''),
    );
    for (const other of others) ask({ ...other, found: new Map(), answered: 0, bytes: 0 });
    return false;
  }

  function onAnswer({ oid, content }: BatchAnswer): void {
    const first = open[0];
    if (first === undefined) return;
    first.answered += 1;
    if (content !== undefined) {
      first.found.set(oid, content);
      first.bytes += content.length;
    }
    if (first.answered < first.oids.length) return;
    open.shift();
    first.done(first.found);
    wait();
  }

  return {
    read: async (oids, maxBytes) => {
      signal?.throwIfAborted();
      if (oids.length === 0) return new Map();
      return new Promise((done, fail) => {
        ask({ oids, maxBytes, found: new Map(), answered: 0, bytes: 0, done, fail });
      });
    },
    ready: () => {
      if (git === undefined && signal?.aborted !== true) start();
    },
  };
}

function ended(): GitError {
  return new GitError('git-failed', 'git cat-file ended before it had answered.', 'Try again.', '');
}

function tooLate(): GitError {
  return new GitError(
    'git-timeout',
    `git cat-file did not answer within ${patience.answer / 1000} s.`,
    'Try again; if it stays so, look at the size of the repository.',
    '',
  );
}
