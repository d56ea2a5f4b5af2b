import { isVolatile, steadyNames } from './analyze/volatile.ts';
import type { Notice, Resource } from './model.ts';
import { inPool } from './pool.ts';
import type { Rendered } from './render/renderer.ts';
import type { SideName } from './side.ts';

/** A unit on one side, rendered or not. */
interface Side {
  unit: { id: string };
  side: SideName;
  rendered?: Rendered;
}

/**
 * Renders again what changed and may be random, both sides: two renders of one commit that differ are no change of the pull
 * request. Names that differ are steadied in place, so that the same object is known on both sides.
 *
 * @param render renders a side once more; undefined when that failed
 * @returns the head's objects as they were rendered the second time, for the diff to mask what differs
 */
export async function renderedAgain<One extends Side>(
  sides: readonly One[],
  width: number,
  render: (side: One) => Promise<Rendered | undefined>,
): Promise<{ again: Resource[]; notices: Notice[] }> {
  const again: Resource[] = [];
  const notices: Notice[] = [];
  const candidates = await changedAndRandom(sides);
  await inPool(candidates, width, async (one) => {
    const [first, second] = [one.rendered, await render(one)];
    if (first === undefined || second === undefined) return;
    for (const [resource, name] of steadyNames(first.resources, second.resources)) resource.steadyName = name;
    if (one.side === 'base') return;
    again.push(...second.resources);
    if (isVolatile(first.resources, second.resources)) notices.push(told(one.unit.id));
  });
  return { again, notices };
}

async function changedAndRandom<One extends Side>(sides: readonly One[]): Promise<One[]> {
  const texts = new Map<string, string>();
  for (const { unit, side, rendered } of sides)
    if (side === 'base' && rendered !== undefined) texts.set(unit.id, rendered.text);
  const changed = new Set<string>();
  for (const { unit, side, rendered } of sides) {
    const before = texts.get(unit.id);
    if (side === 'base' || rendered === undefined || before === undefined || before === rendered.text) continue;
    if ((await rendered.mayVary?.()) === true) changed.add(unit.id);
  }
  return sides.filter(({ unit }) => changed.has(unit.id));
}

function told(unit: string): Notice {
  return {
    code: 'render-random',
    message: `${unit.slice(unit.indexOf(':') + 1)} renders differently every time (random values, or the time): what differs is masked in the diff.`,
    unit,
  };
}
