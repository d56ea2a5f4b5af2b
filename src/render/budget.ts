import type { Budget } from './renderer.ts';

/** Renders that one unit may spend on proofs, whatever the review may. */
export const mostProofs = 12;

/** So many renders, and no more than the review has left. */
export function limited(own: number, shared: Budget | undefined): Budget {
  let left = own;
  return {
    take() {
      if (left <= 0 || shared?.take() === false) return false;
      left -= 1;
      return true;
    },
  };
}
