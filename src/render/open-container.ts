import { setTimeout as pause } from 'node:timers/promises';
import { steadyNow } from '../clock.ts';
import { PlimsollError } from '../errors.ts';
import { jailBase } from './sandbox-folders.ts';
import { cacheFolder, type Env } from './cache-folder.ts';
import type { RenderLimits } from './limits.ts';
import type { SandboxMode, SandboxState, SandboxStatus } from './open-sandbox.ts';
import { connectTo, unavailable, type Connection } from './renderer-client.ts';
import { containerSandbox } from './sandbox-container.ts';
import type { Sandbox } from './sandbox.ts';

/** Milliseconds between two tries to reach a renderer that is gone, and to prove one that failed. */
const again = { gone: 1000, failed: 30_000 };

/** Milliseconds in which a renderer that is started together with us has to answer. */
const patience = 30_000;

interface ContainerOptions {
  env: Env;
  socket: string;
  limits?: Partial<RenderLimits>;
  /** Why a sandbox does not isolate; undefined when it does. */
  tryOut(sandbox: Sandbox, tools: Connection['hello']['tools']): Promise<string | undefined>;
}

/**
 * The renderer of another container as sandbox, proven like any other: by its own canaries inside, and by ours through the
 * socket. It is watched: when it is gone nothing is rendered, here or elsewhere, and when one is back it is proven before it
 * renders. Throws `sandbox-unavailable` when the mode requires one and it is not proven within half a minute.
 */
export async function openContainer(mode: SandboxMode, options: ContainerOptions): Promise<SandboxState> {
  const { socket, limits = {} } = options;
  const status: SandboxStatus = { mode, backend: 'container', proven: false, reasons: [] };
  const base = jailBase(cacheFolder(options.env));
  let instance: string | undefined;
  let tools: Connection['hello']['tools'] = [];
  let watched: Connection | undefined;
  let proving: Promise<SandboxStatus> | undefined;
  let closed = false;

  const sandbox = containerSandbox({
    socket,
    base,
    limits,
    check({ hello }) {
      if (hello.instance !== instance || !status.proven) throw refused(status.reasons);
    },
  });
  // The canaries go to the one that is about to be proven.
  const candidate = containerSandbox({ socket, base, limits, check: () => undefined });

  function lost(reason: string): void {
    status.proven = false;
    status.reasons = [`container: ${reason}`];
  }

  /** Keeps a connection for as long as there is a renderer, and proves each one that comes. */
  async function watch(): Promise<Connection> {
    const connection = await connectTo(socket);
    watched = connection;
    connection.onEnd(() => {
      if (watched === connection) watched = undefined;
      if (closed) return;
      lost('the renderer is gone');
      retry();
    });
    return connection;
  }

  let waiting: NodeJS.Timeout | undefined;
  function retry(): void {
    clearTimeout(waiting);
    if (closed || status.proven) return;
    waiting = setTimeout(() => void prove(), watched === undefined ? again.gone : again.failed).unref();
  }

  async function proved(): Promise<SandboxStatus> {
    try {
      const connection = watched ?? (await watch());
      connection.hold(true);
      const { answer } = await connection.ask({ type: 'prove', id: connection.nextId() });
      const inside = answer.type === 'proved' ? answer.reason : 'it did not answer what was asked';
      tools = connection.hello.tools;
      const failure = inside ?? (await options.tryOut(candidate, tools));
      if (watched !== connection) lost('the renderer is gone');
      else if (failure !== undefined) lost(failure);
      else {
        instance = connection.hello.instance;
        Object.assign(status, { proven: true, reasons: [], provenAt: new Date().toISOString() });
      }
    } catch (error) {
      lost(error instanceof PlimsollError ? error.message : `it could not be tested: ${String(error)}`);
    }
    watched?.hold(false);
    return status;
  }

  function prove(): Promise<SandboxStatus> {
    return (proving ??= proved().finally(() => {
      proving = undefined;
      retry();
    }));
  }

  function close(): void {
    closed = true;
    clearTimeout(waiting);
    watched?.close();
  }

  const until = steadyNow() + patience;
  while (!(await prove()).proven && mode === 'require') {
    if (watched !== undefined || steadyNow() > until) {
      close();
      throw refused(status.reasons);
    }
    await pause(again.gone);
  }
  return {
    sandbox,
    backend: 'container',
    get tools() {
      return tools;
    },
    get proven() {
      return status.proven;
    },
    get reasons() {
      return status.reasons;
    },
    status,
    prove,
    close,
  };
}

function refused(reasons: readonly string[]): PlimsollError {
  return unavailable(
    new Error(reasons.length === 0 ? 'another one answers, and is not proven yet' : reasons.join('; ')),
  );
}
