import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import type { RenderLimits } from './limits.ts';
import { connectTo, unavailable, type Connection, type Reply } from './renderer-client.ts';
import type { RunOptions, Sandbox, Tool, ToolResult, Workspace } from './sandbox.ts';
import { treeSender } from './sent-tree.ts';

interface Parts {
  /** The renderer's socket. */
  socket: string;
  /** Where trees are written before they are sent. */
  base: string;
  limits: Partial<RenderLimits>;
  /** Throws when this is not the renderer that was proven. */
  check(connection: Connection): void;
}

/** A sandbox in another container: trees and results travel over its socket. */
export function containerSandbox(parts: Parts): Sandbox {
  let made = 0;
  return {
    kind: 'container',
    async open() {
      const connection = await connectTo(parts.socket);
      try {
        parts.check(connection);
        const folder = join(parts.base, `tree-${(made += 1)}`);
        mkdirSync(folder, { mode: 0o700 });
        return workspaceOver(connection, folder, parts.limits);
      } catch (error) {
        connection.close();
        throw error;
      }
    },
  };
}

function workspaceOver(connection: Connection, folder: string, standard: Partial<RenderLimits>): Workspace {
  const send = treeSender(folder, connection);
  const limitsOf = (options: RunOptions): Partial<RenderLimits> => ({ ...standard, ...options.limits });

  async function run(tool: Tool, args: readonly string[], options: RunOptions): Promise<ToolResult> {
    options.signal?.throwIfAborted();
    await send();
    const id = connection.nextId();
    const stop = (): void => void connection.send({ type: 'stop', id }).catch(() => connection.close());
    const asked = connection.ask(
      { type: 'run', id, tool, args: [...args], limits: limitsOf(options) },
      options.onStart,
    );
    return resultOf(await orAborted(asked, options.signal, stop));
  }

  return {
    folder,
    inside: connection.hello.inside,
    run: (tool, args, options = {}) => run(tool, args, options),
    async identity(tool, options = {}) {
      const id = connection.nextId();
      const { answer } = await connection.ask({ type: 'identify', id, tool, limits: limitsOf(options) });
      if (answer.type !== 'identified' || answer.identity === undefined)
        throw unavailable(new Error('it names no program'));
      return `container ${answer.identity}`;
    },
    [Symbol.asyncDispose]() {
      connection.close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** What was asked, or the signal's reason as soon as nobody wants it any more. */
function orAborted(asked: Promise<Reply>, signal: AbortSignal | undefined, stop: () => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      stop();
      reject(signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason)));
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    asked.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
  });
}

function resultOf({ answer, body }: Reply): ToolResult {
  if (answer.type === 'failed') throw new PlimsollError(answer.code, answer.message, answer.hint);
  if (answer.type !== 'done' || answer.stdout > body.length)
    throw unavailable(new Error('it did not answer what was asked'));
  const { exitCode, milliseconds, stdout } = answer;
  return {
    exitCode,
    milliseconds,
    stdout: body.toString('utf8', 0, stdout),
    stderr: body.toString('utf8', stdout),
  };
}
