import { steadyNow } from '../clock.ts';
import { PlimsollError } from '../errors.ts';
import { runProgram } from '../process.ts';
import type { RenderLimits } from './limits.ts';
import type { Tool, ToolResult } from './sandbox.ts';

/** A tool ready to start: the isolating programs in front of it are part of `file` and `args`. */
export interface Command {
  tool: Tool;
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  limits: RenderLimits;
  signal?: AbortSignal;
  onStart?: () => void;
}

/** Programs of the command line in front of the tool; what they print on stderr starts with their name. */
const isolators = /^(?:unshare|setpriv|prlimit|bwrap|chroot): /;

/** The first line of stderr when the Go runtime itself gave up for want of memory; it exits with 2 then. */
const outOfMemory =
  /^(?:fatal error: (?:.*out of memory|.*cannot allocate memory|stack overflow|failed to reserve|too many address space)|runtime: (?:out of memory|goroutine stack exceeds|cannot (?:allocate|map)|failed to create new OS thread)|panic: runtime error: makeslice|runtime\/cgo: )/m;
const crashed = /^(?:fatal error: |panic: |SIG[A-Z]+: |unexpected fault address )/m;

/**
 * Starts the command without a shell, with exactly the given environment, and reads its output up to the caps.
 * Returns whatever the tool itself decided (its exit code, its words). Everything else is thrown as `PlimsollError`
 * with code `render-timeout`, `render-cpu`, `render-memory`, `render-output`, `render-crash` or `sandbox-unavailable`;
 * an aborted signal rethrows its reason. Output of a run that was stopped is never returned.
 */
export async function runConfined(command: Command): Promise<ToolResult> {
  const { limits, signal, tool } = command;
  signal?.throwIfAborted();
  const started = steadyNow();
  const result = await runProgram({
    file: command.file,
    args: command.args,
    cwd: command.cwd,
    env: command.env,
    timeout: limits.wallMilliseconds,
    // The isolating program bids the kernel end the tool with it only after it has started it: too late when both are
    // stopped in that moment. A group ends as one.
    detached: true,
    maxBytes: { stdout: limits.stdoutBytes, stderr: limits.stderrBytes },
    ...(signal === undefined ? {} : { signal }),
    ...(command.onStart === undefined ? {} : { onStart: command.onStart }),
  });
  const milliseconds = steadyNow() - started;
  signal?.throwIfAborted();
  if (result.timedOut) throw timeLimit(tool, limits);
  if (result.overflowed) throw outputLimit(tool, limits);
  const stderr = result.stderr.toString('utf8');
  if (result.exitCode === undefined && result.signal === undefined)
    throw unavailable(result.failure?.message ?? 'it ended without a word', result.failure);
  const exitCode = result.exitCode ?? 128;
  if (result.signal === 'SIGKILL' || exitCode === 137 || stderr.includes('sigprocmask unblock failed'))
    throw killed(tool, limits, milliseconds);
  // What the isolating programs say comes first or alone; a chart cannot print before helm's own "Error:".
  if (exitCode !== 0 && isolators.test(stderr)) throw unavailable(stderr.split('\n')[0] ?? '');
  // The Go runtime exits with 2; helm and kubectl do not, so a chart's error text cannot be taken for it.
  if (result.signal !== undefined || exitCode === 2) {
    if (outOfMemory.test(stderr)) throw memoryLimit(tool, limits);
    if (result.signal !== undefined || crashed.test(stderr)) throw crash(tool);
  }
  return { exitCode, stdout: result.stdout.toString('utf8'), stderr, milliseconds };
}

/** A SIGKILL that is not ours: the hard processor limit, or the kernel when the machine has no memory left. */
function killed(tool: Tool, limits: RenderLimits, milliseconds: number): PlimsollError {
  // Two threads at most burn processor time at once (GOMAXPROCS=2), garbage collection included.
  return milliseconds >= (limits.cpuSeconds * 1000) / 2 ? cpuLimit(tool, limits) : memoryLimit(tool, limits);
}

const small = 'Make the templates or bases smaller; the limit protects the machine that renders.';

function timeLimit(tool: Tool, limits: RenderLimits): PlimsollError {
  return new PlimsollError(
    'render-timeout',
    `${tool} was stopped at the time limit of ${limits.wallMilliseconds / 1000} s.`,
    small,
  );
}

function cpuLimit(tool: Tool, limits: RenderLimits): PlimsollError {
  return new PlimsollError(
    'render-cpu',
    `${tool} was stopped at the time limit of ${limits.cpuSeconds} s of processor time.`,
    small,
  );
}

function memoryLimit(tool: Tool, limits: RenderLimits): PlimsollError {
  return new PlimsollError(
    'render-memory',
    `${tool} was stopped at the memory limit of ${Math.round(limits.memoryBytes / 2 ** 20)} MiB.`,
    small,
  );
}

function outputLimit(tool: Tool, limits: RenderLimits): PlimsollError {
  return new PlimsollError(
    'render-output',
    `${tool} was stopped at the output limit of ${Math.round(limits.stdoutBytes / 2 ** 20)} MiB; nothing of this output was judged.`,
    small,
  );
}

function crash(tool: Tool): PlimsollError {
  return new PlimsollError(
    'render-crash',
    `${tool} crashed while rendering.`,
    'Render it on your machine with the same version of the tool; the crash is the tool’s own fault, not a setting.',
  );
}

function unavailable(words: string, cause?: unknown): PlimsollError {
  return new PlimsollError(
    'sandbox-unavailable',
    `The sandbox could not start the tool: ${words.slice(0, 300)}`,
    'See deploy/README.md for what the machine must allow (user namespaces, an executable cache folder).',
    { cause },
  );
}
