/** Starts a program and reads what it prints: a few lines over Node's own spawn, since this is on the way of every review. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Program {
  file: string;
  /** Never a shell: each is handed over as it is. */
  args: readonly string[];
  cwd?: string;
  /** The whole environment; nothing of our own is added. */
  env: Readonly<Record<string, string>>;
  /** Written to its standard input; without it there is none. */
  input?: string;
  /** An open file that its standard output goes to, instead of being read: `stdout` stays empty then, and knows no cap. */
  outputTo?: number;
  /** Caps on the output in bytes; a program that prints more is killed. */
  maxBytes: { stdout: number; stderr: number };
  /** Milliseconds; a program that takes longer is killed. */
  timeout?: number;
  /** Aborting kills the program. */
  signal?: AbortSignal;
  /** Puts it in a process group of its own; killing it then kills the whole group. */
  detached?: boolean;
  /** Called as soon as there is a process. */
  onStart?: (pid: number) => void;
}

/** How it ended. Neither an exit code nor a signal: it could not be started, and `failure` says why. */
export interface Ended {
  exitCode?: number;
  signal?: NodeJS.Signals;
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  /** It printed more than allowed. What was kept is not the whole output. */
  overflowed: boolean;
  failure?: Error & { code?: string };
}

/** Runs a program to its end. Never throws: every way to end is in the result. */
export function runProgram(program: Program): Promise<Ended> {
  return new Promise((done) => {
    const ended: Ended = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: false, overflowed: false };
    let child: ChildProcess;
    try {
      child = spawn(program.file, program.args, {
        env: { ...program.env },
        shell: false,
        detached: program.detached ?? false,
        stdio: [program.input === undefined ? 'ignore' : 'pipe', program.outputTo ?? 'pipe', 'pipe'],
        ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
      });
    } catch (error) {
      // An argument with a NUL, for one; Node throws it instead of reporting it.
      done({ ...ended, failure: error as Error });
      return;
    }
    let killed = false;
    const kill = (): void => {
      killed = true;
      if (program.detached === true && child.pid !== undefined) killGroup(child.pid);
      else child.kill('SIGKILL');
    };
    const timer =
      program.timeout === undefined
        ? undefined
        : setTimeout(() => {
            ended.timedOut = true;
            kill();
          }, program.timeout);
    program.signal?.addEventListener('abort', kill, { once: true });
    const outputs = (['stdout', 'stderr'] as const).map((name) => ({
      name,
      read: collect(child[name], program.maxBytes[name], () => {
        ended.overflowed = true;
        kill();
      }),
    }));
    child.on('error', (failure) => (ended.failure ??= failure));
    child.on('exit', () => {
      // What a killed program leaves running may hold the pipes; its output is of no use.
      if (killed) for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      program.signal?.removeEventListener('abort', kill);
      for (const { name, read } of outputs) ended[name] = read();
      // A program that could not be started closes with the negative number of the error.
      if (ended.failure === undefined || child.pid !== undefined)
        Object.assign(ended, exitCode === null ? {} : { exitCode }, signal === null ? {} : { signal });
      done(ended);
    });
    if (program.input !== undefined) {
      // A program may end before it has read all; its exit code tells.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(program.input);
    }
    if (child.pid !== undefined) program.onStart?.(child.pid);
    if (program.signal?.aborted === true) kill();
  });
}

/** A program that goes on being asked. It keeps this process alive only while something is awaited of it. */
export interface Dialogue {
  write(text: string): void;
  /** Closes its standard input, which ends a program that only answers. */
  end(): void;
  kill(): void;
  /** Whether an answer is awaited. */
  await(is: boolean): void;
}

/**
 * Starts a program that is asked by its standard input and answers by its output, as often as one likes. Never throws; every way to
 * end is told.
 * @param told `output` of each piece as it comes; `ended` once, with its standard error and no output
 */
export function startDialogue(
  {
    file,
    args,
    env,
    maxBytes,
  }: Pick<Program, 'file' | 'args' | 'env'> & { maxBytes: Pick<Program['maxBytes'], 'stderr'> },
  told: { output: (piece: Buffer) => void; ended: (how: Omit<Ended, 'timedOut' | 'overflowed'>) => void },
): Dialogue {
  const nothing = Buffer.alloc(0);
  let child: ChildProcess;
  try {
    child = spawn(file, args, { env: { ...env }, shell: false, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    // An argument with a NUL, or no memory for another process; Node throws it instead of reporting it.
    queueMicrotask(() => {
      told.ended({ stdout: nothing, stderr: nothing, failure: error as Error });
    });
    return unheard;
  }
  // Where no more files can be opened there are none of them.
  const { stdin, stdout, stderr } = child;
  const said = collect(stderr, maxBytes.stderr, () => child.kill('SIGKILL'));
  let failure: Ended['failure'];
  stdout?.on('data', told.output);
  child.on('error', (cause) => (failure ??= cause));
  // It may end before it has read all; how it ended tells.
  stdin?.on('error', () => undefined);
  child.on('close', (exitCode, signal) => {
    told.ended({
      stdout: nothing,
      stderr: said(),
      ...(failure === undefined ? {} : { failure }),
      ...(exitCode === null || failure !== undefined ? {} : { exitCode }),
      ...(signal === null ? {} : { signal }),
    });
  });
  // Node's types say less of a pipe than it is.
  const all = [child, stdin, stdout, stderr].filter(Boolean) as Pick<ChildProcess, 'ref' | 'unref'>[];
  for (const one of all) one.unref();
  return {
    write: (text) => stdin?.write(text),
    end: () => stdin?.end(),
    kill: () => child.kill('SIGKILL'),
    await: (is) => {
      for (const one of all)
        if (is) one.ref();
        else one.unref();
    },
  };
}

/** With a program that never was. */
const unheard: Dialogue = {
  write: () => undefined,
  end: () => undefined,
  kill: () => undefined,
  await: () => undefined,
};

/** Kills every process of a group at one stroke, also what its leader is just starting. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Gathers a stream up to `max` bytes. */
function collect(stream: ChildProcess['stdout'], max: number, overflow: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (total > max) return;
    total += chunk.length;
    if (total > max) {
      chunks.push(chunk.subarray(0, chunk.length - (total - max)));
      overflow();
    } else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}
