import type { Notice } from '../model.ts';

/** How many objects a unit rendered on one side. */
export interface ObjectCount {
  unit: string;
  objects: number;
}

/**
 * The notices of the head's renders; where a chart or kustomization renders nothing any more, it says what that deletes
 * instead of merely that it is empty: a line in `.helmignore` is enough to hide every template.
 */
export function withEmptied(
  notices: readonly Notice[],
  base: readonly ObjectCount[],
  head: readonly ObjectCount[],
): Notice[] {
  const now = new Map(head.map(({ unit, objects }) => [unit, objects]));
  const gone = base.filter(({ unit, objects }) => objects > 0 && now.get(unit) === 0 && !unit.startsWith('plain:'));
  const emptied = new Set(gone.map(({ unit }) => unit));
  return [
    ...notices.filter(({ code, unit }) => code !== 'empty-render' || unit === undefined || !emptied.has(unit)),
    ...gone.map(({ unit, objects }) => ({
      code: 'render-emptied',
      message: `${unit.slice(unit.indexOf(':') + 1)} renders no objects any more; on the base it rendered ${objects}, which would be deleted.`,
      unit,
    })),
  ];
}
