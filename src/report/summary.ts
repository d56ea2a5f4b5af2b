import type { Check } from '../check.ts';
import type { Finding, Problem, Report, Severity } from '../model.ts';
import { reaches } from '../severity.ts';
import { tally } from './counts.ts';
import { code, fence, prose } from './escape.ts';
import { fileLink, findingEntries, type FindingContext } from './introduced.ts';
import { leftOut, withoutAnnotation } from './left-out.ts';
import { joinSections, type Section } from './sections.ts';
import { countBySeverity, isOfSettings, plural, resourceName, sortFindings } from './summarize.ts';

/** What the summary needs beside the report. */
export interface SummaryOptions {
  checks: ReadonlyMap<string, Check>;
  /** `https://github.example/owner/repo/blob/<head>`; file links are left out when absent. */
  blobUrl?: string;
  /** Where the full report stands, when it is served. */
  reportUrl?: string;
}

/** GitHub's limit for summary and text is 65,535 each; counted in UTF-8 bytes to be safe. */
export const markdownLimit = 65_000;

/** The markdown of a check run's summary: the verdict, then what there is to do, then what else is worth knowing. */
export function summaryMarkdown(report: Report, options: SummaryOptions, limit = markdownLimit): string {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  const grave = introduced.filter(({ severity }) => isGrave(severity, report.failOn));
  const minor = introduced.filter((finding) => !grave.includes(finding));
  const settings = report.problems.filter(isOfSettings);
  const unread = report.problems.filter((problem) => !isOfSettings(problem));
  const context: FindingContext = { ...options, units: report.units };
  const sections: Section[] = [
    {
      title: `Not judged: ${unread.length}`,
      lead: 'What could not be rendered or read is never counted as safe.',
      items: problemEntries(unread, options),
    },
    {
      title: `Settings to mend: ${settings.length}`,
      lead: 'What is wrong in the settings is not in force; until it is mended, this check run does not pass.',
      items: problemEntries(settings, options),
    },
    {
      title: `Introduced: ${countBySeverity(grave)}`,
      items: findingEntries(grave, context),
      most: limit / 2,
      ...(grave[0] === undefined ? {} : { closing: howToWaive(grave[0]) }),
    },
    {
      title: `Introduced, minor: ${countBySeverity(minor)}`,
      items: findingEntries(minor, context),
      most: limit / 4,
      collapsed: grave.length > 0,
    },
    {
      title: `Fixed: ${countBySeverity(fixed)}`,
      items: fixed.map((one) => `- ${prose(one.message)} ${code(resourceName(one.resource))} (${code(one.check)})`),
    },
    { title: `Waived: ${countBySeverity(waived)}`, items: waived.map(waivedEntry) },
    { title: 'Notices', items: report.notices.map((notice) => `- ${prose(notice.message)}`) },
    { title: 'Left out of this report', items: leftOutEntries(report), collapsed: true },
    {
      title: `Already there, not counted: ${plural(existing.length, 'finding')} (${countBySeverity(existing)})`,
      items: existingRows(existing),
      collapsed: true,
    },
  ].filter(({ items }) => items.length > 0);
  return joinSections(verdict(report), sections, limit, whereElse(options.reportUrl));
}

/** What is not shown, or not where one looks first, and how to see it. */
function leftOutEntries(report: Report): string[] {
  const unseen = leftOut(report);
  const quiet = withoutAnnotation(report);
  return [
    ...(unseen.length === 0
      ? []
      : [
          `- ${unseen.join(', and ')}: \`plimsoll diff --checks all\` shows them, and \`checks:\` in the settings turns checks on`,
        ]),
    ...(quiet === 0 ? [] : [`- annotations for ${plural(quiet, 'finding')} of severity info, which are listed above`]),
  ];
}

/** What is shown without a click: what fails the check run, and what others would call a fault. */
function isGrave(severity: Severity, failOn: Report['failOn']): boolean {
  return reaches(severity, 'medium') || reaches(severity, failOn);
}

/** Where to see what was cut. */
export function whereElse(reportUrl: string | undefined): string {
  return reportUrl === undefined
    ? '`plimsoll diff` on the command line lists all of them'
    : `[the full report](${reportUrl}) has all of them`;
}

/** Why the check run ended as it did, in one sentence: what its reader asks first. */
function verdict(report: Report): string {
  const { failOn } = report;
  const { introduced } = sortFindings(report.findings);
  const failing = introduced.filter(({ severity }) => reaches(severity, failOn));
  const ours = report.problems.filter(({ side }) => side !== 'base');
  const unjudged = ours.filter((problem) => !isOfSettings(problem)).length;
  const faults = ours.length - unjudged;
  const why = [
    ...(failing.length === 0 ? [] : [`${plural(failing.length, 'introduced finding')} of severity ${failOn} or above`]),
    ...(unjudged === 0 ? [] : [`${plural(unjudged, 'thing')} could not be judged`]),
    ...(faults === 0 ? [] : ['the settings need mending']),
  ].join(', and ');
  switch (report.conclusion) {
    case 'success': {
      const rule =
        failOn === 'none' ? 'findings never fail this check' : `only severity ${failOn} and above fails this check`;
      return introduced.length === 0
        ? '**Passed**: this change introduces nothing that the checks object to.'
        : `**Passed**: ${plural(introduced.length, 'finding')} introduced, and ${rule}.`;
    }
    case 'neutral':
      return '**Nothing to judge**: nothing that this change touches renders into Kubernetes objects.';
    case 'action_required':
      return '**The settings need mending**: see below. No finding failed this check.';
    case 'failure':
      return `**Failed**: ${why === '' ? 'a unit could not be rendered' : why}.`;
  }
}

function problemEntries(problems: readonly Problem[], options: SummaryOptions): string[] {
  return tally(problems, (problem) => problemEntry(problem, options)).map(
    ([text, count]) => text + (count === 1 ? '' : `  \n  (${count} times, in as many renders)`),
  );
}

function problemEntry(problem: Problem, { blobUrl }: SummaryOptions): string {
  const { file, line, unit, side } = problem;
  const where =
    file === undefined
      ? unit === undefined
        ? ''
        : ` ${code(unit, 300)}`
      : ` ${fileLink(file, line, line === undefined ? file : `${file}:${line}`, side === 'base' ? undefined : blobUrl)}`;
  return `-${where} ${prose(problem.message)}${side === 'base' ? ' (on the base, which this is compared with)' : ''}  \n  **Next:** ${prose(problem.hint)}`;
}

function waivedEntry({ check, message, waiver, status }: Finding): string {
  const owner = waiver?.owner === undefined ? '' : ` by ${prose(waiver.owner)}`;
  const until = waiver?.until === undefined ? ' without an end' : ` until ${prose(waiver.until)}`;
  const fresh = status === 'introduced' ? ' (introduced here)' : '';
  return `- ${prose(message)}${fresh} (${code(check)})  \n  Waived${owner}${until}: ${prose(waiver?.reason ?? '')}`;
}

function existingRows(existing: readonly Finding[]): string[] {
  if (existing.length === 0) return [];
  const byCheck = tally(existing, ({ check }) => check);
  const [first, ...rest] = byCheck.map(([check, count]) => `| ${code(check)} | ${count} |`);
  return [`| check | findings |\n| --- | ---: |\n${first ?? ''}`, ...rest];
}

/** The settings' lines that would accept a finding; they hold once they are on the base. */
function howToWaive({ check, resource }: Finding): string {
  const name = [resource.kind, ...(resource.namespace === '' ? [] : [resource.namespace]), resource.name];
  const named = resource.name === '' ? [] : [`    resource: ${JSON.stringify(name.join('/'))}`];
  const lines = [
    'waivers:',
    `  - check: ${check}`,
    ...named,
    '    reason: why this is acceptable here',
    '    until: YYYY-MM-DD # the last day it holds',
  ];
  return [
    '<details><summary>How to accept a finding instead</summary>\n',
    'Add a waiver to `.github/plimsoll.yml` on the base branch. A pull request cannot waive its own findings.\n',
    fence(lines.join('\n'), 'yaml'),
    '\n</details>',
  ].join('\n');
}
