import { connect, type Socket } from 'node:net';
import { PlimsollError } from '../errors.ts';
import { frame, frames } from './frames.ts';
import { defaultRenderLimits } from './limits.ts';
import { alive, answer, protocol, type Answer, type Hello, type Request } from './messages.ts';

/** One connection to the renderer: one workspace of its own there, which ends with it. */
export interface Connection {
  readonly hello: Hello;
  /** Waits when the other side is slow to read. */
  send(message: Request, body?: Buffer): Promise<void>;
  /** The answers that carry a number, the last one of each. Rejects with `sandbox-unavailable` when the connection ends first. */
  ask(message: Request & { id: number }, onStart?: () => void): Promise<Reply>;
  nextId(): number;
  onEnd(ended: () => void): void;
  /** Whether this process goes on for as long as the connection is open; at first it does. */
  hold(held: boolean): void;
  close(): void;
}

export interface Reply {
  answer: Answer;
  body: Buffer;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: PlimsollError): void;
  onStart: (() => void) | undefined;
}

/** What a tool may print, both outputs together. */
const bodyLimit = defaultRenderLimits.stdoutBytes + defaultRenderLimits.stderrBytes;

/** Connects, and waits until the renderer has made a workspace. Throws `PlimsollError` `sandbox-unavailable`. */
export function connectTo(path: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const waiting = new Map<number, Waiting>();
    const enders: (() => void)[] = [];
    let ids = 0;
    let why: unknown;
    // A renderer that hangs is as good as gone.
    socket.setTimeout(alive.lost * 1000, () => socket.destroy(new Error(`no sign of life for ${alive.lost} s`)));
    socket.once('error', (error) => (why = error));
    socket.once('close', () => {
      const gone = unavailable(why);
      reject(gone);
      for (const one of waiting.values()) one.reject(gone);
      for (const ended of enders) ended();
    });

    async function send(message: Request, body?: Buffer): Promise<void> {
      if (!socket.writable) throw unavailable(why);
      if (!socket.write(frame(message, body))) await drained(socket);
    }

    function greet(hello: Hello): void {
      if (hello.protocol !== protocol) throw new Error('it is of another version than the App');
      resolve({
        hello,
        send,
        ask: (message, onStart) =>
          new Promise((told, refused) => {
            waiting.set(message.id, { resolve: told, reject: refused, onStart });
            send(message).catch(refused);
          }),
        nextId: () => (ids += 1),
        onEnd: (ended) => {
          if (socket.destroyed) ended();
          else enders.push(ended);
        },
        hold: (held) => {
          if (held) socket.ref();
          else socket.unref();
        },
        close: () => socket.destroy(),
      });
    }

    async function listen(): Promise<void> {
      for await (const { header, body } of frames(socket as AsyncIterable<Buffer>, bodyLimit)) {
        const said = answer.parse(header);
        if (said.type === 'hello') greet(said);
        else if (said.type === 'started') waiting.get(said.id)?.onStart?.();
        else if (said.type !== 'alive') {
          waiting.get(said.id)?.resolve({ answer: said, body });
          waiting.delete(said.id);
        }
      }
    }
    listen()
      .catch((error: unknown) => (why ??= error))
      .finally(() => socket.destroy());
  });
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.removeListener('drain', done).removeListener('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}

export function unavailable(why: unknown): PlimsollError {
  const words = why instanceof Error ? why.message : 'it ended the connection';
  return new PlimsollError(
    'sandbox-unavailable',
    `The renderer's container does not answer: ${words}.`,
    'Nothing is rendered until it is back: look at its log, and whether it shares the volume of PLIMSOLL_SANDBOX_SOCKET.',
    { cause: why },
  );
}
