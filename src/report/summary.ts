import type { Check } from '../check.ts';
import type { Finding, Report } from '../model.ts';
import { code, prose, urlPath } from './escape.ts';
import { countBySeverity, place, plural, resourceName, sortFindings } from './summarize.ts';

/** What the summary needs beside the report. */
export interface SummaryOptions {
  checks: ReadonlyMap<string, Check>;
  blobUrl?: string;
  reportUrl?: string;
}

/** GitHub's limit for summary and text is 65,535; counted in UTF-8 bytes to be safe. */
const summaryLimit = 65_000;

/** The markdown of a check run's summary: sections in the order a reader needs them, cut at whole items, never mid-item. */
export function summaryMarkdown(report: Report, options: SummaryOptions): string {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  const sections: Section[] = [
    {
      title: 'Not judged',
      lead: 'These keep the check run from passing: nothing is green that was not looked at.',
      items: report.problems.map((problem) => {
        const where =
          problem.file === undefined
            ? (problem.unit ?? '')
            : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}`;
        return `- ${prose(problem.message)}${where === '' ? '' : ` — ${code(where, 300)}`}${problem.side === 'base' ? ' (on the base)' : ''}  \n  Next: ${prose(problem.hint)}`;
      }),
    },
    {
      title: 'Introduced',
      lead: introduced.length > 0 ? `${capital(countBySeverity(introduced))}.` : '',
      items: introduced.map((finding) => introducedItem(finding, options)),
    },
    {
      title: 'Fixed',
      lead: '',
      items: fixed.map(
        (finding) => `- ${code(finding.check)} ${prose(finding.message)} (${code(resourceName(finding.resource))})`,
      ),
    },
    {
      title: 'Waived',
      lead: '',
      items: waived.map(
        (finding) =>
          `- ${code(finding.check)} in ${code(resourceName(finding.resource))}: ${prose(finding.waiver?.reason ?? '')}${finding.waiver?.until === undefined ? '' : ` (until ${finding.waiver.until})`}`,
      ),
    },
    { title: 'Notices', lead: '', items: report.notices.map((notice) => `- ${prose(notice.message)}`) },
    { title: 'Rendered', lead: '', collapsed: true, items: unitRows(report) },
  ];
  const head = [
    existing.length > 0
      ? `Already there, not counted: ${plural(existing.length, 'finding')} (${countBySeverity(existing)}).`
      : '',
    report.failOn === 'none'
      ? 'Findings never fail this check (fail-on: none).'
      : `Introduced findings of severity ${report.failOn} and above fail this check.`,
  ].filter((part) => part !== '');
  return fit(
    head.join(' '),
    sections.filter((section) => section.items.length > 0),
    options.reportUrl,
  );
}

interface Section {
  title: string;
  lead: string;
  items: string[];
  collapsed?: boolean;
}

function introducedItem(finding: Finding, options: SummaryOptions): string {
  const check = options.checks.get(finding.check);
  const others = finding.variants.filter((unit) => unit !== finding.unit);
  return [
    `- **${finding.severity}** ${prose(finding.message)} ${link(finding, options)}`,
    ...(check === undefined ? [] : [`  ${prose(check.why)}`, `  **Fix:** ${prose(check.remedy)}`]),
    ...(others.length > 0
      ? [
          `  Also in ${others
            .slice(0, 10)
            .map((unit) => code(unit))
            .join(', ')}${others.length > 10 ? ` and ${others.length - 10} more` : ''}.`,
        ]
      : []),
  ].join('  \n');
}

function link(finding: Finding, options: SummaryOptions): string {
  const { file, span, precision } = finding.location;
  if (file === '') return code(finding.unit);
  const shown = code(place(finding), 300);
  if (options.blobUrl === undefined) return shown;
  return `[${shown}](${options.blobUrl}/${urlPath(file)}${precision === 'file' ? '' : `#L${span.startLine}`})`;
}

function unitRows(report: Report): string[] {
  if (report.units.length === 0) return [];
  return [
    '| unit | kind | result | objects | time | because |\n| --- | --- | --- | ---: | ---: | --- |',
    ...report.units.map((unit) => {
      const why = unit.because[0];
      const more = unit.because.length > 1 ? ` and ${unit.because.length - 1} more` : '';
      return `| ${code(unit.root + (unit.variant === '' ? '' : ` (${unit.variant})`))} | ${unit.kind} | ${unit.status} | ${unit.resources} | ${Math.round(unit.milliseconds)} ms | ${why === undefined ? '' : `${code(why.file)}: ${prose(why.reason)}${more}`} |`;
    }),
  ];
}

/** Joins the sections within the limit: whole items only, and what is left out is counted. */
function fit(head: string, sections: readonly Section[], reportUrl: string | undefined): string {
  const elsewhere =
    reportUrl === undefined ? 'run `plimsoll diff` for all of them' : `see [the full report](${reportUrl})`;
  let text = head;
  let room = summaryLimit - size(text) - 400;
  for (const section of sections) {
    const opening =
      section.collapsed === true
        ? `\n\n<details><summary>${section.title}</summary>\n\n`
        : `\n\n### ${section.title}\n\n${section.lead === '' ? '' : `${section.lead}\n\n`}`;
    const closing = section.collapsed === true ? '\n\n</details>' : '';
    const kept: string[] = [];
    room -= size(opening) + size(closing);
    for (const item of section.items) {
      if (size(item) + 1 > room) break;
      kept.push(item);
      room -= size(item) + 1;
    }
    const left = section.items.length - kept.length;
    if (kept.length === 0 && left > 0) {
      text += `\n\n${plural(left, 'item')} under “${section.title}” left out for length: ${elsewhere}.`;
      room -= 120;
      continue;
    }
    text += opening + kept.join('\n') + (left > 0 ? `\n\n…and ${left} more: ${elsewhere}.` : '') + closing;
  }
  return text;
}

function size(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
