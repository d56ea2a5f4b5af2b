import { PlimsollError } from '../errors.ts';
import type { Sandbox } from './sandbox.ts';

export interface Bounds {
  /** Runs that a limit of their own stopped (time, memory, output). */
  stops: number;
  /** Wall-clock time of all runs together, milliseconds. */
  milliseconds: number;
}

/**
 * What one review may take of a server that others wait for: a pull request can hold any number of charts that burn all
 * they are given. Measured: a chart renders in 0.1 s, a large one in 0.4 s.
 */
export const reviewBounds: Bounds = { stops: 6, milliseconds: 600_000 };

const limits = new Set(['render-timeout', 'render-cpu', 'render-memory', 'render-output', 'render-crash']);

/** The sandbox for one review: once its bounds are used up, nothing more is started (`review-exhausted`). */
export function bounded(sandbox: Sandbox, bounds: Bounds = reviewBounds): Sandbox {
  let stops = 0;
  let spent = 0;
  const check = (): void => {
    if (stops >= bounds.stops) throw exhausted(`${stops} renders of this review were stopped at a limit`);
    if (spent >= bounds.milliseconds)
      throw exhausted(`the renders of this review took ${Math.round(spent / 1000)} s together`);
  };
  return {
    ...sandbox,
    open: async () => {
      check();
      const workspace = await sandbox.open();
      return {
        folder: workspace.folder,
        inside: workspace.inside,
        run: async (tool, args, options) => {
          check();
          try {
            const result = await workspace.run(tool, args, options);
            spent += result.milliseconds;
            return result;
          } catch (error) {
            if (error instanceof PlimsollError && limits.has(error.code)) stops += 1;
            throw error;
          }
        },
        [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
      };
    },
  };
}

function exhausted(why: string): PlimsollError {
  return new PlimsollError(
    'review-exhausted',
    `Not rendered: ${why}, and others wait.`,
    'Mend what was stopped first, or change fewer charts in one pull request.',
  );
}
