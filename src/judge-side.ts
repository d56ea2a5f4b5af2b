import { rawFindings, type UnitFindings } from './analyze/compare.ts';
import { contextIndex } from './analyze/context.ts';
import { judge, type Judgement, type RunOptions } from './analyze/run.ts';
import type { Check } from './check.ts';
import type { JudgedRender } from './locate.ts';
import type { Problem, RenderUnit } from './model.ts';
import type { Rendered } from './render/renderer.ts';
import type { ReviewInput } from './review-input.ts';
import type { Side } from './side.ts';
import { workloadSet } from './subjects/set.ts';

/** A unit of one side, with what the checks say of its objects; `failed` when there are none. */
export type JudgedUnit = { unit: RenderUnit } & (
  { failed: true } | { failed: false; rendered: Rendered; options: RunOptions; judgement: Judgement }
);

/** Runs the checks over the units of one side, each with the others as its surroundings. */
export function judgeSide(sides: readonly Side[], checks: readonly Check[], input: ReviewInput): JudgedUnit[] {
  const [major = 1, minor = 0] = input.settings.kubeVersion.split('.').map(Number);
  const settings = Object.entries(input.settings.checks);
  const unlessAssumed = checks.filter(({ id }) => id !== 'default-namespace');
  const all = sides.flatMap(({ rendered }) => rendered?.resources ?? []);
  const contextFor = contextIndex(all);
  // What could not be rendered or read may hold the object that another unit misses.
  const whole =
    sides.length < 2
      ? {}
      : {
          all: workloadSet(
            all,
            sides.every(({ rendered }) => rendered?.problems.length === 0),
          ),
        };
  return sides.map(({ unit, rendered }): JudgedUnit => {
    if (rendered === undefined) return { unit, failed: true };
    // A chart that nobody gives a namespace renders into `default` only because helm needs one.
    const assumed = unit.kind === 'helm' && unit.release.namespace === 'default';
    const options: RunOptions = {
      checks: assumed ? unlessAssumed : checks,
      kubeVersion: { major, minor },
      options: Object.fromEntries(settings.map(([id, one]) => [id, one.options])),
      severities: Object.fromEntries(
        settings.flatMap(([id, { severity }]) => (severity === undefined ? [] : [[id, severity]])),
      ),
      // Only a scan of everything knows all objects; and a document that could not be read may be the one that a join misses.
      complete: input.changes === 'all' && rendered.problems.length === 0,
      context: contextFor(unit.id, rendered.resources),
      ...whole,
      redundant: input.checks === 'all',
    };
    return { unit, failed: false, rendered, options, judgement: judge(rendered.resources, options) };
  });
}

/** What was found in the units of a side. Objects are told apart by their steady names, so these must be known by now. */
export function findingsOf(judged: readonly JudgedUnit[]): {
  units: UnitFindings[];
  problems: Problem[];
  renders: JudgedRender[];
  redundant: number;
} {
  const problems: Problem[] = [];
  const renders: JudgedRender[] = [];
  let redundant = 0;
  const units = judged.map((one): UnitFindings => {
    const { unit } = one;
    if (one.failed) return { unit, status: 'failed', findings: [] };
    const { rendered, options, judgement } = one;
    problems.push(...judgement.problems.map((problem) => ({ ...problem, unit: unit.id })));
    redundant += judgement.redundant;
    const findings = rawFindings(judgement.found, unit);
    renders.push({ unit, rendered, options, findings });
    return { unit, status: 'rendered', partial: rendered.problems.length > 0, findings };
  });
  return { units, problems, renders, redundant };
}
