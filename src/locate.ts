/** From findings to the lines to change: each unit's are asked for together, so that they share the renders it takes. */
import type { RawFinding, UnitFindings } from './analyze/compare.ts';
import { recheck } from './analyze/recheck.ts';
import { judge, type RunOptions } from './analyze/run.ts';
import type { Notice, RenderUnit, Resource, SourceLocation, Violation } from './model.ts';
import { inPool } from './pool.ts';
import type { Budget, Fault, Rendered } from './render/renderer.ts';

/** One unit's render, and how its objects were judged. */
export interface JudgedRender {
  unit: RenderUnit;
  rendered: Rendered;
  options: RunOptions;
  findings: UnitFindings['findings'];
}

export type Locate = (findings: readonly RawFinding[]) => Promise<SourceLocation[]>;

/** Findings whose fixes are to be tried: where each edit of a fix is written is asked together with the rest. */
export interface FixPlaces {
  wants(finding: RawFinding): boolean;
  found(finding: RawFinding, places: readonly SourceLocation[]): void;
}

/**
 * Traces findings through the renders that their objects came from; each is traced once.
 * @param concurrency units at a time
 */
export function locator(
  judged: readonly JudgedRender[],
  concurrency: number,
  signal: AbortSignal | undefined,
  fixes?: FixPlaces,
): Locate {
  const renders = new Map<Resource, JudgedRender>();
  for (const one of judged) for (const resource of one.rendered.resources) renders.set(resource, one);
  const known = new WeakMap<Violation, SourceLocation>();
  return async (findings) => {
    const asked = findings.filter(({ violation }) => !known.has(violation));
    const units = [...Map.groupBy(asked, ({ resource }) => renders.get(resource))];
    await inPool(units, concurrency, async ([render, own]) => {
      signal?.throwIfAborted();
      const fault = render === undefined ? undefined : faults(render);
      await Promise.all(
        own.map(async (one) => {
          const { resource, path, violation } = one;
          if (render === undefined || fault === undefined) {
            known.set(violation, originOf(one));
            return;
          }
          const own = fault(one);
          const edits = fixes?.wants(one) === true ? (violation.fix?.edits ?? []) : [];
          const same = JSON.stringify(path);
          const asked = render.rendered.trace(resource, path, own);
          const places = await Promise.all(
            edits.map((edit) =>
              JSON.stringify(edit.path) === same ? asked : render.rendered.trace(resource, edit.path, own),
            ),
          );
          known.set(violation, await asked);
          if (places.length > 0) fixes?.found(one, places);
        }),
      );
    });
    return findings.map((one) => known.get(one.violation) ?? originOf(one));
  };
}

/** What is known without tracing: the file. */
export function originOf(finding: RawFinding): SourceLocation {
  const span = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return { file: finding.resource.origin.file, span, precision: 'file', trail: [] };
}

/** A number of renders that all units of a review share. */
export function budgetOf(renders: number): Budget & { notices(): Notice[] } {
  let left = renders;
  let isShort = false;
  return {
    take() {
      isShort ||= left <= 0;
      return left > 0 && left-- > 0;
    },
    notices: () =>
      isShort
        ? [
            {
              code: 'trace-budget-spent',
              message: `The ${renders} trial renders that \`trace.budget\` allows were spent: not every line was tried.`,
            },
          ]
        : [],
  };
}

/** A trial is judged by the checks that found something, and nothing they find is left out as redundant. */
function faults({ rendered, options, findings }: JudgedRender): (finding: RawFinding) => Fault {
  const checks = new Set(findings.map(({ check }) => check));
  const again: RunOptions = { ...options, checks: [...checks], redundant: true };
  const statusOf = recheck(rendered.resources, (resources) => judge(resources, again).found);
  return (finding) => ({
    edits: finding.violation.fix?.edits ?? [],
    join: finding.check.on === 'workloads',
    status: (after) => statusOf(finding, after),
  });
}
