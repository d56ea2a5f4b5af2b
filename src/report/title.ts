import type { Finding, Report } from '../model.ts';
import { capital, cut, line } from './escape.ts';
import { headline, isOfSettings, plural, sortFindings } from './summarize.ts';
import { unitLabel } from './unit-label.ts';

/** GitHub's own field has no documented limit for check runs; longer ones are cut on the page. */
const limit = 255;

/** One sentence: what changes by count, then the worst of it. At most 255 characters. */
export function checkRunTitle(report: Report): string {
  const { introduced, fixed } = sortFindings(report.findings);
  const ours = report.problems.filter(({ side }) => side !== 'base');
  const unjudged = ours.filter((problem) => !isOfSettings(problem));
  const settings = ours.filter(isOfSettings);
  const counts = [
    ...(introduced.length > 0 ? [`${plural(introduced.length, 'problem')} introduced`] : []),
    ...(introduced.length === 0 && fixed.length > 0 && ours.length === 0 ? ['nothing introduced'] : []),
    ...(fixed.length > 0 ? [`${fixed.length} fixed`] : []),
    ...(unjudged.length > 0 ? [`${unjudged.length} not judged`] : []),
    ...(settings.length > 0 ? ['settings to mend'] : []),
  ];
  if (counts.length === 0 || report.base === undefined) return cut(capital(headline(report)), limit);
  const [worst] = introduced;
  const [problem] = [...unjudged, ...settings];
  const said =
    worst !== undefined
      ? `: ${whereOf(worst, report)}: ${line(worst.message, 140)}`
      : problem !== undefined
        ? `: ${line(problem.message, 160)}`
        : '';
  return cut(capital(counts.join(', ') + said), limit);
}

/** The unit and how many more show it; of plain manifests the file says more. */
function whereOf({ unit: id, variants, location }: Finding, { units }: Report): string {
  const unit = units.find((one) => one.id === id);
  if (unit?.kind === 'plain' && location.file !== '') return line(location.file, 80);
  return `${line(unitLabel(id, units), 80)}${variants.length > 1 ? ` and ${variants.length - 1} more` : ''}`;
}
