import type { Sandbox } from './sandbox.ts';

/** The sandbox, calling `started` once `count` of its tools have been started: from then on this process only waits for them. */
export function announcing(sandbox: Sandbox, count: number, started: () => void): Sandbox {
  let left = count;
  const onStart = (): void => {
    left -= 1;
    if (left === 0) setImmediate(started);
  };
  return {
    ...sandbox,
    open: async () => {
      const workspace = await sandbox.open();
      return {
        folder: workspace.folder,
        inside: workspace.inside,
        run: (tool, args, options = {}) => workspace.run(tool, args, { ...options, onStart }),
        [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
      };
    },
  };
}
