import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage sooner. A scan of a thousand units runs on for a minute and leaves much behind, and on a machine with plenty of
 * memory V8 would let it lie: measured on 460 units, 202 MB at the highest instead of 347, in the same time. Reviews of a few units are
 * over before it matters.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}
