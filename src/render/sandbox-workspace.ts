import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Backend } from './backend.ts';
import { ownUid } from './cache-folder.ts';
import { toolEnvironment } from './environment.ts';
import { makeReadable, Slot } from './jail-slot.ts';
import type { RenderLimits } from './limits.ts';
import { runIdentity } from './run-identity.ts';
import { runConfined } from './sandbox-run.ts';
import type { RunOptions, Sandbox, Tool, ToolResult, Workspace } from './sandbox.ts';
import { Semaphore } from './semaphore.ts';
import type { Binary } from './tools.ts';

/** Renders at a time in this process, whatever the number of sandboxes: one a core. */
const cores = new Semaphore(availableParallelism());

export interface SandboxParts {
  backend: Backend;
  /** Where slots are made. */
  base: string;
  limits: RenderLimits;
  copies: boolean;
  /** The program for a tool; throws `tool-missing`. */
  locate(tool: Tool): Promise<Binary>;
}

/** Whether what we write can be read by others without further ado. */
const umaskAllowsReading = (ownUmask() & 0o055) === 0;

/** A sandbox over one backend. Slots are used again; as many exist as workspaces were ever open at the same time. */
export function sandboxOf(parts: SandboxParts): Sandbox {
  const free: Slot[] = [];
  let made = 0;
  function makeSlot(): Slot {
    made += 1;
    return new Slot(parts.base, `${parts.backend.kind}-${made}`, parts.copies, parts.backend.uidOf?.(made));
  }
  return {
    kind: parts.backend.kind,
    open() {
      // Named for the backend: one that failed its proof has left slots of its own behind.
      const slot = free.pop() ?? makeSlot();
      return Promise.resolve(workspaceIn(slot, parts, free));
    },
  };
}

function workspaceIn(slot: Slot, parts: SandboxParts, free: Slot[]): Workspace {
  const { backend } = parts;
  const inside = backend.inside(slot.folder);
  const running = new Set<Promise<ToolResult>>();
  let runs: Tool | undefined;
  let closed = false;
  let readable = false;

  async function start(tool: Tool, args: readonly string[], options: RunOptions): Promise<ToolResult> {
    const binary = await parts.locate(tool);
    const stocked = await slot.stock(binary);
    const turn = await cores.enter(options.signal);
    try {
      return await inTurn(tool, args, options, binary, stocked);
    } finally {
      turn[Symbol.dispose]();
    }
  }

  async function inTurn(
    tool: Tool,
    args: readonly string[],
    options: RunOptions,
    binary: Binary,
    stocked: string,
  ): Promise<ToolResult> {
    const limits = { ...parts.limits, ...options.limits };
    // The root holds one program at a time, so another tool waits until the runs before it are over.
    while (runs !== tool && running.size > 0) await Promise.allSettled(running);
    if (closed) throw new Error('the workspace is closed');
    runs = tool;
    slot.place(stocked, binary.program);
    const run = (async () => {
      // Root's jobs run as another user. Later writes inherit the usual modes, so the walk is made once.
      if (ownUid() === 0 && !readable) makeReadable(slot.work);
      readable = umaskAllowsReading;
      const job = {
        slot: slot.folder,
        uid: slot.uid,
        program: binary.program,
        args: [...binary.prefix, ...args],
        limits,
      };
      return runConfined({
        tool,
        ...backend.command(job),
        cwd: backend.kind === 'none' ? slot.work : slot.folder,
        env: toolEnvironment(inside.temporary),
        limits,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.onStart === undefined ? {} : { onStart: options.onStart }),
      });
    })();
    running.add(run);
    try {
      return await run;
    } finally {
      running.delete(run);
    }
  }

  return {
    folder: slot.work,
    inside: inside.work,
    run: (tool, args, options = {}) => start(tool, args, options),
    // Without isolation a run may see anything of the machine.
    ...(backend.kind === 'none'
      ? {}
      : {
          identity: async (tool, options = {}) =>
            runIdentity(backend.kind, await parts.locate(tool), toolEnvironment(inside.temporary), {
              ...parts.limits,
              ...options.limits,
            }),
        }),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await Promise.allSettled(running);
      backend.sweep?.(slot.uid);
      slot.clear();
      free.push(slot);
    },
  };
}

/** From proc(5): process.umask() can only be read by setting it, for all threads. */
function ownUmask(): number {
  if (process.platform !== 'linux') return 0o022;
  return parseInt(/^Umask:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '777', 8);
}
