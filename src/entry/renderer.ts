/** The renderer: a process without secrets and network, in a container of its own, that renders for the App beside it. */
import { PlimsollError } from '../errors.ts';
import { openSandbox, type SandboxState } from '../render/open-sandbox.ts';
import { serveRenders } from '../render/render-server.ts';
import { onEnding } from './ending.ts';

/** What only the App may know; where it is in the environment, this container was given too much. */
const secrets = ['PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET', 'APP_ID', 'DATABASE_URL', 'GITHUB_TOKEN'];

/**
 * Serves renders on the socket that `PLIMSOLL_SANDBOX_SOCKET` names, in the first of these that its canaries prove: the jail,
 * bubblewrap, or, as root of a container without a network, a root and a user for each job. Throws `usage-renderer`, and
 * `sandbox-unavailable` when there is none of them.
 */
export async function startRenderer(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const socket = env.PLIMSOLL_SANDBOX_SOCKET;
  if (!socket)
    throw new PlimsollError(
      'usage-renderer',
      'PLIMSOLL_SANDBOX_SOCKET is not set.',
      'Set it, here and for the App, to a path on a volume that both containers have.',
    );
  const found = secrets.filter((name) => env[name]);
  if (found.length > 0)
    throw new PlimsollError(
      'usage-renderer',
      `The renderer must not know ${found.join(', ')}.`,
      'Start it without the App’s environment: it renders what strangers write.',
    );
  const state: SandboxState = await openSandbox('require', {
    env,
    service: true,
    backends: ['jail', 'bwrap', 'chroot'],
  });
  const close = await serveRenders(socket, state);
  process.stdout.write(`Rendering for ${socket}, isolated by ${state.backend}.\n`);
  return { stop: onEnding(close) };
}
