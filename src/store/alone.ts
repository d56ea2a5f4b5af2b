import { randomUUID } from 'node:crypto';
import { claim, unclaim } from './claim.ts';
import type { Store } from './store.ts';

/** Milliseconds between two looks whether the other has ended, and between two signs that we have not. */
const look = 250;
const renewal = 4000;

/**
 * Waits until no other try works on the key, in any process, and keeps others waiting until what it gives is called. A cancelled try
 * may still be writing when the job that replaces it begins; one whose process died is waited for as long as its lease.
 *
 * @param lost called when another has the key in spite of that: this process could not say for a whole lease that it lives
 * Throws the signal's reason when it is aborted first.
 */
export async function alone(
  { database, clock, lease }: Store,
  key: string,
  signal: AbortSignal,
  lost: () => void,
): Promise<() => Promise<void>> {
  const name = `job ${key}`;
  const holder = randomUUID();
  while (!(await take())) {
    await new Promise<void>((resolve) => clock.setTimeout(resolve, look));
    signal.throwIfAborted();
  }
  let renewing: Promise<void> | undefined;
  const timer = clock.setInterval(() => {
    // A database that does not answer now is asked again; when it never does, the lease is what tells the others.
    renewing = take().then(
      (ours) => (ours ? undefined : lost()),
      () => undefined,
    );
  }, renewal);
  return async () => {
    clock.clearInterval(timer);
    // One that is under way would take the key anew.
    await renewing;
    await unclaim(database, name, holder).catch(
      // It runs out by itself; what was done is done all the same.
      () => undefined,
    );
  };

  function take(): Promise<boolean> {
    return claim(database, name, lease, holder);
  }
}
