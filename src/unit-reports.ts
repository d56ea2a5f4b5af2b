import type { UnitReport } from './model.ts';
import type { Side } from './side.ts';

/** One row a unit, base and head together; a unit that is gone counts by its base. */
export function unitReports(head: readonly Side[], base: readonly Side[]): UnitReport[] {
  const former = new Map(base.map((side) => [side.unit.id, side]));
  const now = new Set(head.map((side) => side.unit.id));
  return [...head, ...base.filter((side) => !now.has(side.unit.id))].map((side) => {
    const { unit, rendered, problems } = side;
    const [problem] = problems;
    const other = now.has(unit.id) ? former.get(unit.id) : undefined;
    return {
      id: unit.id,
      kind: unit.kind,
      root: unit.root,
      variant: unit.variant,
      status: rendered === undefined ? 'failed' : 'rendered',
      ...(rendered === undefined && problem !== undefined ? { problem: problem.message } : {}),
      because: unit.because,
      milliseconds: side.milliseconds + (other === undefined || other === side ? 0 : other.milliseconds),
      resources: rendered?.resources.length ?? 0,
    };
  });
}
