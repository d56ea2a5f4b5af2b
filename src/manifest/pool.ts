import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { assemble, parseManifests, type ParsedStream, type StreamData } from './parse.ts';
import { normalise } from './split.ts';

/** How long a worker may read one stream, in milliseconds, before it is stopped. */
export const defaultTimeout = 2_000;
/** UTF-16 units; longer streams are refused unread. Beyond what a render may print. */
export const maxLength = 64 * 2 ** 20;
/** UTF-16 units up to which text is read in place: the slowest that was found at this size takes about 0.1 s. */
export const inlineLength = 16 * 2 ** 10;
/** Heap of a worker, in MB. */
const workerHeap = 512;
const maxWorkers = Math.max(1, Math.min(4, availableParallelism()));

export interface SafeOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds; `defaultTimeout` when absent. */
  timeout?: number | undefined;
}

/**
 * Reads a YAML stream that may be hostile without holding up the process: in a pool of threads with a limit on time and
 * memory. A stream that exceeds them becomes a fault, like any that cannot be read. Rejects only when `signal` aborts.
 * `locate` of the documents works in place and takes time linear in the document.
 */
export async function parseSafely(text: string, options: SafeOptions = {}): Promise<ParsedStream> {
  options.signal?.throwIfAborted();
  if (text.length <= inlineLength) return parseManifests(text);
  if (text.length > maxLength) return refused(`The stream is longer than ${maxLength} characters.`);
  const stream = normalise(text);
  const data = await inPool(stream, options.timeout ?? defaultTimeout, options.signal);
  return assemble(stream, data);
}

function refused(message: string): ParsedStream {
  return { documents: [], faults: [{ line: 1, message }], strays: [] };
}

interface Job {
  stream: string;
  timeout: number;
  settle(data: StreamData): void;
  fail(error: unknown): void;
  signal: AbortSignal | undefined;
}

const idle: Worker[] = [];
const waiting: Job[] = [];
let running = 0;

function inPool(stream: string, timeout: number, signal: AbortSignal | undefined): Promise<StreamData> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamData>();
  const job: Job = { stream, timeout, settle: resolve, fail: reject, signal };
  waiting.push(job);
  signal?.addEventListener(
    'abort',
    () => {
      const at = waiting.indexOf(job);
      if (at === -1) return;
      waiting.splice(at, 1);
      reject(signal.reason as Error);
    },
    { once: true },
  );
  next();
  return promise;
}

function next(): void {
  if (running >= maxWorkers) return;
  const job = waiting.shift();
  if (job === undefined) return;
  running += 1;
  work(job, idle.pop() ?? start());
}

function start(): Worker {
  // The extension is that of this file: .ts in the source tree, .js where it was compiled.
  const file = new URL(`./pool-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(file, {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: workerHeap },
    stdout: true,
    stderr: true,
  });
  worker.on('error', ignore);
  worker.on('exit', () => {
    const at = idle.indexOf(worker);
    if (at !== -1) idle.splice(at, 1);
  });
  return worker;
}

function work(job: Job, worker: Worker): void {
  // Only a job under way keeps the process alive.
  worker.ref();
  let over = false;
  const end = (outcome: () => void, reusable: boolean): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    job.signal?.removeEventListener('abort', onAbort);
    worker.off('message', onMessage);
    worker.off('error', onError);
    worker.unref();
    if (reusable) idle.push(worker);
    else void worker.terminate();
    running -= 1;
    outcome();
    next();
  };
  const stop = (message: string): void =>
    end(() => job.settle({ documents: [], faults: [{ line: 1, message }] }), false);
  const onAbort = (): void => end(() => job.fail(job.signal?.reason), false);
  const timer = setTimeout(() => stop(`Reading this YAML took longer than ${job.timeout / 1000} s.`), job.timeout);
  job.signal?.addEventListener('abort', onAbort, { once: true });
  const onMessage = (data: StreamData): void => end(() => job.settle(data), true);
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') stop(`Reading this YAML took more than ${workerHeap} MB of memory.`);
    else end(() => job.fail(error), false);
  };
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.postMessage(job.stream);
}

/** What a job's own listener does not see: a thread that is being stopped may still run out of memory. */
function ignore(): void {
  return undefined;
}
