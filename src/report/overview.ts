import type { Check } from '../check.ts';
import { severities, type Finding, type Report } from '../model.ts';
import { rank, reaches } from '../severity.ts';
import { countsOf, tally } from './counts.ts';
import { code, fence, prose } from './escape.ts';
import { marks } from './introduced.ts';
import { joinSections, type Section } from './sections.ts';
import { countBySeverity, place, plural, sortFindings } from './summarize.ts';
import { unitLabel } from './unit-label.ts';

/** GitHub's limit for an issue or a comment, so that the overview can be pasted into one. */
const issueLimit = 65_000;
/** Rows shown of each table: enough to see where to begin. */
const topChecks = 15;
const topUnits = 10;
const topPlaces = 10;

/**
 * A scan for people who think of adopting Plimsoll on a repository that is not new: how much there is, of what, where, and how
 * to begin without mending it all first. Short enough for an issue.
 */
export function toOverview(report: Report, options: { checks: ReadonlyMap<string, Check> }): string {
  const { introduced, existing, waived } = sortFindings(report.findings);
  const open = [...introduced, ...existing];
  // Renders of one chart that fail for one reason are one thing to mend.
  const problems = tally(
    report.problems,
    ({ file, message }) => `- ${file === undefined ? '' : `${code(file, 300)} `}${prose(message, 400)}`,
  ).map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
  const sections: Section[] = [
    { title: 'How to start', lead: howToStart(open), items: [] },
    {
      title: `Not judged: ${report.problems.length}`,
      lead: 'A pull request that touches one of these cannot pass: mend it, or leave it out with `exclude`.',
      items: problems,
      most: issueLimit / 3,
    },
    { title: 'By severity', items: severityRows(open, waived.length) },
    { title: 'By check', items: checkRows(open, options.checks) },
    { title: 'By unit', items: unitRows(report, open) },
    { title: 'Places with the most', items: placeRows(open) },
  ].filter(({ title, items }) => title === 'How to start' || items.length > 0);
  return `${joinSections(head(report, open), sections, issueLimit, '`plimsoll scan` lists all of them')}\n`;
}

function head(report: Report, open: readonly Finding[]): string {
  const { units } = countsOf(report);
  const failed = units.failed === 0 ? '' : `, ${units.failed} failed`;
  const found = open.length === 0 ? 'nothing found' : `${plural(open.length, 'finding')} (${countBySeverity(open)})`;
  return `## Plimsoll: ${found}\n\n${plural(units.rendered, 'unit')} rendered${failed} in ${(report.milliseconds / 1000).toFixed(1)} s.`;
}

function howToStart(open: readonly Finding[]): string {
  const frequent = tally(
    open.filter(({ severity }) => !reaches(severity, 'high')),
    ({ check }) => check,
  ).slice(0, 3);
  const settings = [
    'fail-on: high # what a pull request introduces at this severity or above fails it',
    ...(frequent.length === 0
      ? []
      : [
          '# The most frequent here. Turn off what you do not mean to follow:',
          '# checks:',
          ...frequent.map(([check, count]) => `#   ${check}: off # ${plural(count, 'finding')}`),
        ]),
  ];
  return [
    'Nothing below has to be mended first. A pull request is compared with its base: findings that are there already are',
    'counted and never fail it; only what it introduces does. To begin, put this on the default branch as',
    '`.github/plimsoll.yml`:\n',
    fence(settings.join('\n'), 'yaml'),
    '\nThen take the list below from the top, and raise the bar (`fail-on: medium`) when you are ready for it.',
  ].join('\n');
}

function severityRows(open: readonly Finding[], waived: number): string[] {
  const rows = [...severities].reverse().flatMap((severity) => {
    const count = open.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`| ${marks[severity]} ${severity} | ${count} |`];
  });
  if (waived > 0) rows.push(`| waived | ${waived} |`);
  return table('| severity | findings |\n| --- | ---: |', rows);
}

function checkRows(open: readonly Finding[], checks: ReadonlyMap<string, Check>): string[] {
  const groups = [...Map.groupBy(open, ({ severity, check }) => `${severity} ${check}`).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ check: first.check, severity: first.severity, count: group.length }];
  });
  groups.sort((a, b) => rank(b.severity) - rank(a.severity) || b.count - a.count);
  return table(
    '| | check | findings | what it is |\n| --- | --- | ---: | --- |',
    groups.map(
      ({ check, severity, count }) =>
        `| ${marks[severity]} ${severity} | ${code(check)} | ${count} | ${prose(checks.get(check)?.title ?? '')} |`,
    ),
    topChecks,
  );
}

function unitRows(report: Report, open: readonly Finding[]): string[] {
  return table(
    '| unit | findings | |\n| --- | ---: | --- |',
    tally(open, ({ unit }) => unit).map(
      ([unit, count]) =>
        `| ${code(unitLabel(unit, report.units), 200)} | ${count} | ${countBySeverity(open.filter((one) => one.unit === unit))} |`,
    ),
    topUnits,
  );
}

function placeRows(open: readonly Finding[]): string[] {
  const places = tally(
    open.filter(({ location }) => location.file !== ''),
    place,
  ).filter(([, count]) => count > 1);
  return table(
    '| place | findings |\n| --- | ---: |',
    places.map(([where, count]) => `| ${code(where, 200)} | ${count} |`),
    topPlaces,
  );
}

/** Rows with their heading on the first; what is over `most` is counted in a last one. */
function table(heading: string, rows: readonly string[], most = rows.length): string[] {
  const [first, ...rest] = rows.slice(0, most);
  if (first === undefined) return [];
  const more = rows.length - most;
  return [`${heading}\n${first}`, ...rest, ...(more > 0 ? [`\n…and ${more} more.`] : [])];
}
