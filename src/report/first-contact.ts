import { severities, type Problem, type Report } from '../model.ts';
import type { CheckAnnotation, CheckRunOutput } from './check-run.ts';
import { countsOf } from './counts.ts';
import { code, cut, line, prose } from './escape.ts';
import { plural } from './summarize.ts';

/** Checks named, most findings first. */
const topChecks = 15;

/**
 * The check run of a pull request that brings the first settings: whether they are valid, and by numbers what stands on the
 * base today under them. Always neutral: nobody has agreed to be judged yet.
 *
 * @param problems what is wrong with the new settings
 * @param scan everything on the base, judged by them; absent when they are not valid
 */
export function firstContact(
  file: string,
  problems: readonly Problem[],
  scan: Report | undefined,
  checks: number,
): CheckRunOutput {
  const annotations = problems.map((problem) => annotationOf(file, problem));
  if (scan === undefined)
    return {
      conclusion: 'neutral',
      title: cut(line(`Settings not valid yet: ${problems[0]?.message ?? ''}`, 200), 200),
      summary: [
        `This pull request brings Plimsoll its first settings, and ${plural(problems.length, 'thing')} in ${code(file)} must be mended before they can be merged:`,
        problems
          .map(
            ({ message, hint, line: at }) =>
              `- ${at === undefined ? '' : `line ${at}: `}${prose(message)} ${prose(hint)}`,
          )
          .join('\n'),
      ].join('\n\n'),
      annotations,
    };
  const { existing, introduced, units, notJudged, checks: perCheck } = countsOf(scan);
  const perSeverity = severities.map((severity) => ({ severity, count: existing[severity] + introduced[severity] }));
  const total = perSeverity.reduce((sum, { count }) => sum + count, 0);
  const rows = Object.entries(perCheck);
  return {
    conclusion: 'neutral',
    title: `Settings are valid: ${plural(units.rendered, 'unit')} to watch, ${plural(total, 'finding')} there today`,
    summary: [
      `This pull request brings Plimsoll its first settings: ${code(file)} is valid. Once it is merged, every pull request is judged by it, and only what that pull request introduces counts.`,
      `On the base, today: ${plural(units.rendered, 'rendered unit')}${notJudged === 0 ? '' : `, ${plural(notJudged, 'thing')} that could not be judged`}, and ${plural(total, 'finding')}. None of them will ever fail a pull request that does not bring it.`,
      [
        '| severity | findings |',
        '| --- | ---: |',
        ...perSeverity.reverse().map(({ severity, count }) => `| ${severity} | ${count} |`),
      ].join('\n'),
      ...(rows.length === 0
        ? []
        : [
            [
              '| check | findings |',
              '| --- | ---: |',
              ...rows.slice(0, topChecks).map(([check, count]) => `| ${code(check)} | ${count} |`),
              ...(rows.length > topChecks ? [`| ${rows.length - topChecks} more | |`] : []),
            ].join('\n'),
          ]),
      `${checks} checks were run. \`plimsoll scan --format markdown\` shows where to begin.`,
    ].join('\n\n'),
    annotations,
  };
}

function annotationOf(file: string, { message, hint, line: at = 1, code: id }: Problem): CheckAnnotation {
  return {
    path: file,
    start_line: at,
    end_line: at,
    annotation_level: 'warning',
    title: line(id, 255),
    message: `${line(message, 2000)}\n${line(hint, 2000)}`,
  };
}
