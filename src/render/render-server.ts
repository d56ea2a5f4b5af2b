import { randomUUID } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { PlimsollError } from '../errors.ts';
import { isOurArguments } from './arguments.ts';
import { frame, frames } from './frames.ts';
import { defaultRenderLimits, type RenderLimits } from './limits.ts';
import { alive, protocol, request, type Answer, type Request } from './messages.ts';
import type { SandboxState } from './open-sandbox.ts';
import { receivedTree } from './received-tree.ts';
import type { Workspace } from './sandbox.ts';

/** Workspaces at a time; several times what all workers of one machine have open. */
const connections = 64;

/** The largest file of a tree, in bytes: over what an export lets through, with room for what tracing writes beside a line. */
const fileLimit = 2 ** 26;

type Run = Extract<Request, { type: 'run' }>;
type Send = (answer: Answer, body?: Buffer) => void;

/**
 * Renders for whoever may open the socket: the App, on a volume that no job sees. Whatever a job could do, it cannot speak here,
 * nor put another socket in this one's place. A connection is a workspace with a slot of its own; its end ends what runs in it.
 * Gives what closes the server.
 */
export async function serveRenders(socket: string, state: SandboxState): Promise<() => Promise<void>> {
  const instance = randomUUID();
  const open = new Set<Socket>();
  const server = createServer((connection) => {
    open.add(connection.once('close', () => open.delete(connection)));
    // Whatever ends a connection, its jobs end with it.
    connection.on('error', () => connection.destroy());
    serveOne(connection, state, instance).catch((error: unknown) => {
      if (!connection.destroyed) console.error(`A connection was ended: ${String(error)}`);
      connection.destroy();
    });
  });
  server.maxConnections = connections;
  // What an earlier process left; nobody else may write to this folder.
  rmSync(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  // The App may be another user than we are: who can reach the socket is decided by who has the volume.
  chmodSync(socket, 0o666);
  return async () => {
    for (const connection of open) connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function serveOne(connection: Socket, state: SandboxState, instance: string): Promise<void> {
  await using workspace = await state.sandbox.open();
  const running = new Map<number, AbortController>();
  const send: Send = (answer, body) => {
    if (connection.writable) connection.write(frame(answer, body));
  };
  const sign = setInterval(() => send({ type: 'alive' }), alive.every * 1000);
  // Runs are watched beside the messages: a client that is gone sends none.
  connection.once('close', () => {
    clearInterval(sign);
    for (const run of running.values()) run.abort(new Error('The client is gone.'));
  });
  const write = receivedTree(workspace.folder);
  const { inside } = workspace;
  send({ type: 'hello', protocol, instance, backend: state.backend, tools: [...state.tools], inside });
  try {
    for await (const { header, body } of frames(connection as AsyncIterable<Buffer>, fileLimit)) {
      const asked = request.parse(header);
      if (asked.type === 'run') {
        if (running.has(asked.id)) throw new RangeError('A run has the number of another.');
        const abort = new AbortController();
        running.set(asked.id, abort);
        void rendered(asked, workspace, abort.signal, send).finally(() => running.delete(asked.id));
      } else if (asked.type === 'stop') running.get(asked.id)?.abort(new Error('The client wants no answer.'));
      else if (asked.type === 'identify') {
        const identity = await workspace.identity?.(asked.tool, { limits: lowered(asked.limits) });
        send({ type: 'identified', id: asked.id, ...(identity === undefined ? {} : { identity }) });
      } else if (asked.type === 'prove') {
        const { proven, reasons } = await state.prove();
        send({ type: 'proved', id: asked.id, ...(proven ? {} : { reason: reasons.join('; ') }) });
      } else write(asked, body);
    }
  } finally {
    connection.destroy();
  }
}

async function rendered(run: Run, workspace: Workspace, signal: AbortSignal, send: Send): Promise<void> {
  const { id, tool, args } = run;
  try {
    if (!isOurArguments(tool, args))
      throw new PlimsollError('sandbox-unavailable', 'The renderer was given arguments that are not ours.', sameImage);
    const onStart = (): void => send({ type: 'started', id });
    const result = await workspace.run(tool, args, { signal, limits: lowered(run.limits), onStart });
    const [stdout, stderr] = [Buffer.from(result.stdout), Buffer.from(result.stderr)];
    const body = Buffer.concat([stdout, stderr]);
    const { exitCode, milliseconds } = result;
    send({ type: 'done', id, exitCode, milliseconds, stdout: stdout.length, bytes: body.length }, body);
  } catch (error) {
    // Nobody waits for it.
    if (signal.aborted) return;
    const { code, message, hint } =
      error instanceof PlimsollError
        ? error
        : { code: 'sandbox-unavailable', message: `The renderer failed: ${String(error)}`, hint: 'See its log.' };
    send({ type: 'failed', id, code, message, hint });
  }
}

const sameImage = 'Run the renderer from the same image as the App.';

/** A client may ask for less than the limits, never for more. */
function lowered(limits: Partial<RenderLimits> | undefined): Partial<RenderLimits> {
  return Object.fromEntries(
    (Object.keys(defaultRenderLimits) as (keyof RenderLimits)[]).flatMap((name) => {
      const asked = limits?.[name];
      return asked === undefined ? [] : [[name, Math.min(asked, defaultRenderLimits[name])]];
    }),
  );
}
