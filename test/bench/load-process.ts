/** A server or a worker of the load runs, in a process of its own. Writes are not spaced: the GitHub of tests has no limit. */
import { serve } from '../../src/entry/server.ts';
import { startWorker } from '../../src/entry/worker.ts';
import { defaultPatience } from '../../src/github/octokit.ts';

const patience = { ...defaultPatience, throttle: false };
if (process.argv[2] === 'worker') {
  await startWorker({ env: { ...process.env, PORT: '' }, patience });
  process.send?.({ url: '' });
} else {
  const { url } = await serve({ patience });
  process.send?.({ url });
}
