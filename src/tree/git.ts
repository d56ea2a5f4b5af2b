import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { PlimsollError } from '../errors.ts';
import { runProgram, startDialogue, type Dialogue, type Ended } from '../process.ts';

/** Where a repository is fetched from. The token travels by environment, for this URL alone. */
export interface Remote {
  /** `https://…`, without user or password. */
  url: string;
  token?: string;
}

export interface GitCall {
  cwd?: string;
  input?: string;
  signal?: AbortSignal;
  /** Milliseconds. */
  timeout?: number;
  /** Cap on the output, in bytes. */
  maxBytes?: number;
  /** Exit codes that are an answer, not a failure; 0 always is. */
  accept?: readonly number[];
  /** Opens the network, for this remote's URL and protocol only. Without it git can reach nothing. */
  remote?: Remote;
  /**
   * Lets git print into a file without a name, where the system has such, so that it need not wait until this process has time to
   * read: for long answers asked ahead, of the user's own repository.
   */
  ahead?: boolean;
  /**
   * Runs under the user's own git settings (ignore files, safe directories, line endings): for a work tree of the person
   * who started us, never for what was fetched.
   */
  own?: boolean;
}

export interface GitResult {
  exitCode: number;
  stdout: Buffer;
}

/** What git said when it failed, tokens removed. */
export class GitError extends PlimsollError {
  /** Git's own words, for telling apart failures that share an exit code. */
  readonly stderr: string;

  constructor(code: string, message: string, hint: string, stderr: string) {
    super(code, message, hint);
    this.stderr = stderr;
  }
}

const localTimeout = 60_000;

/**
 * The one way to start git: an argument array, an environment built from nothing, no hooks, no lazy fetching.
 * Throws `GitError` with code `git-missing`, `git-timeout`, `git-output` or `git-failed`; the reason of an aborted signal as it is.
 */
export async function git(args: readonly string[], call: GitCall = {}): Promise<GitResult> {
  call.signal?.throwIfAborted();
  const timeout = call.timeout ?? localTimeout;
  let pid: number | undefined;
  const end = (): void => endProcess(pid, call.remote !== undefined);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    end();
  }, timeout);
  call.signal?.addEventListener('abort', end, { once: true });
  const max = call.maxBytes ?? 256 * 2 ** 20;
  const spool = call.ahead === true ? openSpool() : undefined;
  const result = await runProgram({
    file: 'git',
    args,
    env: environment(call),
    // A group of its own: git's transport helper outlives git, waits for the server and holds our pipes open.
    detached: call.remote !== undefined,
    maxBytes: { stdout: max, stderr: 2 ** 20 },
    onStart: (started) => (pid = started),
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    ...(call.input === undefined ? {} : { input: call.input }),
    ...(spool === undefined ? {} : { outputTo: spool }),
  }).finally(() => {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', end);
  });
  if (spool !== undefined) Object.assign(result, readSpool(spool, max));
  call.signal?.throwIfAborted();
  const { exitCode } = result;
  if (exitCode !== undefined && (exitCode === 0 || call.accept?.includes(exitCode)) && !result.overflowed)
    return { exitCode, stdout: result.stdout };

  const stderr = redact(result.stderr.toString(), call.remote);
  if (late.signal.aborted)
    throw new GitError(
      'git-timeout',
      `${nameOf(args)} did not end within ${Math.round(timeout / 1000)} s.`,
      'Try again; if it stays so, look at the connection to the git server and the size of the repository.',
      stderr,
    );
  if (result.overflowed)
    throw new GitError(
      'git-output',
      `${nameOf(args)} printed more than allowed.`,
      'The repository is too large to read.',
      stderr,
    );
  throw failed(args, stderr, result.failure);
}

/**
 * Starts a git that answers as long as it is asked, in the same environment. How it ended is told once; `git-missing` or
 * `git-failed` when that was not by itself.
 */
export function gitDialogue(
  args: readonly string[],
  told: { output: (piece: Buffer) => void; ended: (failure?: GitError) => void },
): Dialogue {
  return startDialogue(
    { file: 'git', args, env: environment({}), maxBytes: { stderr: 2 ** 20 } },
    {
      output: told.output,
      ended: ({ exitCode, stderr, failure }) => {
        told.ended(exitCode === 0 ? undefined : failed(args, redact(stderr.toString()), failure));
      },
    },
  );
}

function failed(args: readonly string[], stderr: string, failure: Ended['failure']): GitError {
  if (failure?.code === 'ENOENT')
    return new GitError('git-missing', 'git was not found on PATH.', 'Install git 2.32 or later.', stderr);
  return new GitError(
    'git-failed',
    `${nameOf(args)} failed: ${lastWords(stderr)}`,
    'Look at what git says; the repository may be damaged or the revision may not exist.',
    stderr,
  );
}

/** The command among the arguments. */
function nameOf(args: readonly string[]): string {
  return `git ${args.find((arg) => /^[a-z-]+$/.test(arg) && !arg.startsWith('-')) ?? ''}`.trim();
}

/** `O_TMPFILE` of Linux, which Node has no name for: https://man7.org/linux/man-pages/man2/open.2.html */
const withoutName = 0o20000000 | constants.O_DIRECTORY;

/** A file that nobody else can open and that goes away with us; undefined where there is no such thing. */
function openSpool(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return openSync(process.env.TMPDIR ?? '/tmp', withoutName | constants.O_RDWR, 0o600);
  } catch (cause) {
    // Not every file system has them; git then prints to us.
    if (cause instanceof Error && 'code' in cause) return undefined;
    throw cause;
  }
}

function readSpool(file: number, max: number): Pick<Ended, 'stdout' | 'overflowed'> {
  try {
    const { size } = fstatSync(file);
    if (size > max) return { stdout: Buffer.alloc(0), overflowed: true };
    const stdout = Buffer.allocUnsafeSlow(size);
    let done = 0;
    for (let read = 1; done < size && read > 0; done += read) read = readSync(file, stdout, done, size - done, done);
    return { stdout: stdout.subarray(0, done), overflowed: false };
  } finally {
    closeSync(file);
  }
}

function endProcess(pid: number | undefined, group: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, 'SIGKILL');
  } catch (cause) {
    const gone = cause instanceof Error && 'code' in cause && cause.code === 'ESRCH';
    if (!gone) throw cause;
  }
}

/** Removes the remote's token, in every form in which it travels, and what stands before an `@` in a URL. */
export function redact(text: string, remote?: Remote): string {
  let clean = text
    .replaceAll(/(https?:\/\/)[^\s/@]+@/g, '$1***@')
    .replaceAll(/(authorization:\s*\w+\s+)\S+/gi, '$1***');
  const { token } = remote ?? {};
  if (token !== undefined && token !== '')
    for (const form of [token, credentials(token), encodeURIComponent(token)]) clean = clean.replaceAll(form, '***');
  return clean;
}

function environment(call: GitCall): Record<string, string> {
  const { remote } = call;
  // No user files: a fetched repository is judged the same on every machine, and ~/.netrc must not reach a server.
  const home: Record<string, string> = call.own
    ? inherited(['HOME', 'XDG_CONFIG_HOME'])
    : { HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1' };
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    ...home,
    ...(remote === undefined ? {} : inherited(networkVariables)),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    // Before git 2.44 only the empty list of protocols stops reading commands from fetching missing blobs one by one.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: remote === undefined ? '' : new URL(remote.url).protocol.replace(':', ''),
    ...config(settings(remote)),
  };
}

const networkVariables = [
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
];

function settings(remote: Remote | undefined): [string, string][] {
  const always: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.quotePath', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['submodule.recurse', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['credential.helper', ''],
  ];
  if (remote === undefined) return always;
  // A redirect could carry the token to another host.
  always.push(['http.followRedirects', 'false'], ['protocol.version', '2']);
  if (remote.token !== undefined && remote.token !== '')
    always.push([`http.${remote.url}.extraHeader`, `Authorization: Basic ${credentials(remote.token)}`]);
  return always;
}

/** Settings by environment: arguments can be read by every process of the machine. */
function config(pairs: readonly [string, string][]): Record<string, string> {
  const entries = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length), ...(Object.fromEntries(entries) as Record<string, string>) };
}

function inherited(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function credentials(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString('base64');
}

/** The line in which git says why, without its prefix. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(fatal|error): /.test(text)) ?? lines.at(-1) ?? 'no message';
  return line.replace(/^(fatal|error): /, '').slice(0, 300);
}
