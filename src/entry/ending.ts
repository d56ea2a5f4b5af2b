const endings = ['SIGINT', 'SIGTERM'] as const;

/**
 * Has the process end orderly when it is told to: `stop` runs once, then the process exits. Gives the function that does the same
 * without exiting, for those who started it in a process of their own.
 */
export function onEnding(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  async function once(): Promise<void> {
    for (const signal of endings) process.removeListener(signal, end);
    await (stopped ??= stop());
  }
  function end(): void {
    once().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
  for (const signal of endings) process.once(signal, end);
  return once;
}
