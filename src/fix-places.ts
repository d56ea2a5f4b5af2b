/** Which findings of a review get their fix tried, and where their edits are written. */
import type { RawFinding } from './analyze/compare.ts';
import type { PlacedFinding } from './analyze/merge.ts';
import type { FixPlaces, JudgedRender } from './locate.ts';
import type { SourceLocation, Violation } from './model.ts';
import type { RenderContext } from './render/renderer.ts';
import type { ReviewInput } from './review.ts';
import type { Fixable } from './suggest.ts';

/** Renders that one review spends on fixes when nothing else is said. */
const defaultBudget = 12;

/** Collects the places while findings are traced, then tries the fixes. */
export interface Fixes extends FixPlaces {
  /** The findings, those whose fix held with their suggestion. */
  suggest(
    placed: readonly PlacedFinding[],
    renders: readonly JudgedRender[],
    context: RenderContext,
    limits: { concurrency: number },
  ): Promise<readonly PlacedFinding[]>;
}

export function fixPlaces({ base, suggest }: Pick<ReviewInput, 'base' | 'suggest'>): Fixes {
  const of = suggest?.of ?? (base === undefined ? 'none' : 'introduced');
  const known = new Map<Violation, readonly SourceLocation[]>();
  const wants = (finding: RawFinding & { status?: string }): boolean => {
    const { fix } = finding.violation;
    if (fix === undefined || of === 'none' || (fix.risky === true && suggest?.risky !== true)) return false;
    return of === 'all' ? finding.status !== 'fixed' : finding.status === 'introduced';
  };
  return {
    wants,
    found: ({ violation }, places) => known.set(violation, places),
    async suggest(placed, renders, context, { concurrency }) {
      const fixable = placed.filter(wants).flatMap((finding): Fixable[] => {
        const places = known.get(finding.violation) ?? ownPlaces(finding);
        return places === undefined ? [] : [{ finding, places }];
      });
      if (fixable.length === 0) return placed;
      const { suggestions } = await import('./fixes.ts');
      const budget = suggest?.budget ?? defaultBudget;
      const found = await suggestions(fixable, renders, context, { concurrency, budget });
      return placed.map((one) => {
        const suggestion = found.get(one);
        return suggestion === undefined ? one : { ...one, suggestion };
      });
    },
  };
}

/** Of a finding that was traced before it was compared only its own place is known. */
function ownPlaces({ violation, path, location }: PlacedFinding): SourceLocation[] | undefined {
  const own = JSON.stringify(path);
  const edits = violation.fix?.edits ?? [];
  return edits.every((edit) => JSON.stringify(edit.path) === own) ? edits.map(() => location) : undefined;
}
