/** Which findings of a review get their fix tried, and where their edits are written. */
import type { RawFinding } from './analyze/compare.ts';
import type { PlacedFinding } from './analyze/merge.ts';
import type { FixPlaces, JudgedRender } from './locate.ts';
import type { Finding, SourceLocation, Violation } from './model.ts';
import type { RenderContext } from './render/renderer.ts';
import type { ReviewInput } from './review-input.ts';
import type { Fixable } from './analyze/suggest/alternatives.ts';
import type { EditedFile, Suggested, Unheld } from './suggest.ts';

/** Renders that one review spends on fixes when nothing else is said: all of them tried at once, and some again apart. */
const defaultBudget = (units: number): number => 12 + 2 * units;

/** Collects the places while findings are traced, then tries the fixes. */
export interface Fixes extends FixPlaces {
  /** The findings, those whose fix held with their suggestion. */
  suggest(
    placed: readonly PlacedFinding[],
    renders: readonly JudgedRender[],
    context: RenderContext,
    limits: { concurrency: number },
  ): Promise<readonly PlacedFinding[]>;
  /** All suggestions of the findings made at once: those that are waived are left out, and risky ones that nobody asked for. */
  mended(findings: readonly Finding[]): Mended;
}

/** What the suggestions of a report come to. */
export interface Mended {
  files: readonly EditedFile[];
  findings: readonly Finding[];
  /** Findings whose suggestion cannot be made beside the others. */
  left: readonly Finding[];
  /** By fingerprint, those whose fix was looked for in vain. */
  unheld: ReadonlyMap<string, Unheld>;
}

export function fixPlaces({ base, suggest }: Pick<ReviewInput, 'base' | 'suggest'>): Fixes {
  const of = suggest?.of ?? (base === undefined ? 'none' : 'introduced');
  const known = new Map<Violation, readonly SourceLocation[]>();
  const wants = (finding: RawFinding & { status?: string }): boolean => {
    const { fix } = finding.violation;
    if (fix === undefined || of === 'none' || (fix.risky === true && suggest?.risky !== true)) return false;
    return of === 'all' ? finding.status !== 'fixed' : finding.status === 'introduced';
  };
  let suggested: Suggested | undefined;
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
      const budget = suggest?.budget ?? defaultBudget(renders.length);
      suggested = await suggestions(fixable, renders, context, { concurrency, budget });
      const found = suggested.suggestions;
      return placed.map((one) => {
        const suggestion = found.get(one);
        return suggestion === undefined ? one : { ...one, suggestion };
      });
    },
    mended(findings) {
      const open = findings.filter(
        ({ waiver, suggestion }) =>
          waiver === undefined && suggestion !== undefined && (suggestion.risky !== true || suggest?.risky === true),
      );
      const asked = [...new Set(open.flatMap((one) => one.suggestion ?? []))];
      const { files, left } = suggested?.together(asked) ?? { files: [], left: [] };
      const isLeft = ({ suggestion }: Finding): boolean => suggestion !== undefined && left.includes(suggestion);
      const unheld = new Map([...(suggested?.unheld ?? [])].map(([{ fingerprint }, why]) => [fingerprint, why]));
      return { files, findings: open.filter((one) => !isLeft(one)), left: open.filter(isLeft), unheld };
    },
  };
}

/** Of a finding that was traced before it was compared only its own place is known. */
function ownPlaces({ violation, path, location }: PlacedFinding): SourceLocation[] | undefined {
  const own = JSON.stringify(path);
  const edits = violation.fix?.edits ?? [];
  return edits.every((edit) => JSON.stringify(edit.path) === own) ? edits.map(() => location) : undefined;
}
