import type { Check } from '../check.ts';
import type { Finding, Problem, Report } from '../model.ts';
import { cut, line, visible } from './escape.ts';
import { leftOut } from './left-out.ts';
import { countBySeverity, headline, place, plural, resourceName, sortFindings } from './summarize.ts';

/** Lines of a suggestion that are shown under its finding. */
const shownLines = 12;

/** What the text of a report may know beside it. */
export interface TextOptions {
  /** Whether to colour by ANSI sequences (a terminal that wants them). */
  colour: boolean;
  /** List existing findings one by one too. */
  all: boolean;
  checks: ReadonlyMap<string, Check>;
}

const colours = { critical: '1;31', high: '31', medium: '33', low: '36', info: '90' } as const;

/** A report for a terminal: what is to be done first, counts last. Nothing of a repository can move the cursor. */
export function toText(report: Report, options: TextOptions): string {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  const paint = (style: string, text: string): string => (options.colour ? `\u001B[${style}m${text}\u001B[0m` : text);
  const out: string[] = [];
  const shown = report.base === undefined || options.all ? [...introduced, ...existing] : introduced;
  for (const [file, findings] of groupBy(shown, (one) => one.location.file)) {
    out.push(paint('1', line(file, 300)));
    for (const finding of findings) out.push(...findingLines(finding, options, paint), '');
  }
  const ofBase = report.problems.filter(({ side }) => side === 'base');
  const others = report.problems.filter(({ side }) => side !== 'base');
  for (const [title, problems] of [
    ['Not judged', others],
    ['Not judged at the base, which this is compared with', ofBase],
  ] as const) {
    if (problems.length > 0) out.push(paint('1', title));
    for (const problem of problems) out.push(...problemLines(problem, paint), '');
  }
  for (const notice of report.notices) out.push(`note: ${line(notice.message, 300)}`);
  if (report.notices.length > 0) out.push('');
  if (fixed.length > 0) out.push(`Fixed: ${plural(fixed.length, 'finding')} (${countBySeverity(fixed)}).`);
  if (waived.length > 0) {
    const hint = options.all ? '.' : '; --report all lists them with their reasons.';
    out.push(`Waived: ${plural(waived.length, 'finding')} (${countBySeverity(waived)})${hint}`);
    if (options.all) out.push(...waived.map(waivedLine));
  }
  if (report.base !== undefined && existing.length > 0 && !options.all)
    out.push(
      `Already there: ${plural(existing.length, 'finding')} (${countBySeverity(existing)}); --report all lists them.`,
    );
  const unseen = leftOut(report);
  if (unseen.length > 0) out.push(`Left out: ${unseen.join(', and ')}; --checks all shows them.`);
  const counted = report.base === undefined ? [...introduced, ...existing] : introduced;
  const rendered = report.units.filter((unit) => unit.status === 'rendered').length;
  const failed = report.units.filter((unit) => unit.status === 'failed').length;
  out.push(
    `${plural(rendered, 'unit')} rendered${failed > 0 ? `, ${failed} failed` : ''} in ${seconds(report.milliseconds)}: ${headline(report)}` +
      (counted.length > 0 ? ` (${countBySeverity(counted)}).` : '.'),
  );
  return `${out.join('\n')}\n`;
}

function waivedLine(finding: Finding): string {
  const { reason = '', owner, until, source = '' } = finding.waiver ?? {};
  const more = [owner, until === undefined ? undefined : `until ${until}`, source].filter((part) => part !== undefined);
  return `  ${line(place(finding), 300)}  ${finding.check} · ${line(resourceName(finding.resource))}: ${line(reason, 300)} (${line(more.join(', '))})`;
}

function findingLines(
  finding: Finding,
  options: TextOptions,
  paint: (style: string, text: string) => string,
): string[] {
  const check = options.checks.get(finding.check);
  const others = finding.variants.filter((unit) => unit !== finding.unit);
  return [
    `  ${paint(colours[finding.severity], finding.severity.padEnd(8))} ${line(finding.message, 400)}`,
    `           ${line(place(finding), 300)}${precisionNote(finding)}  ${paint('90', `${finding.check} · ${line(resourceName(finding.resource))}`)}`,
    ...finding.location.trail.map(
      (step) =>
        `           ${paint('90', `← ${line(step.label, 160)} ${line(step.file, 200)}:${step.span.startLine}`)}`,
    ),
    ...(others.length > 0
      ? [`           ${paint('90', `also in ${others.map((unit) => line(unit)).join(', ')}`)}`]
      : []),
    ...(check === undefined ? [] : [`           fix: ${check.remedy}`]),
    ...suggestionLines(finding, paint),
  ];
}

/** What was tried and held, as it would be written there. */
function suggestionLines({ suggestion }: Finding, paint: (style: string, text: string) => string): string[] {
  if (suggestion === undefined) return [];
  const { file, span, text, description } = suggestion;
  const where = `${line(file, 200)}:${span.startLine}:${span.startColumn}`;
  const written = visible(text).split('\n');
  if (written[0]?.trim() === '') written.shift();
  const shown = written.slice(0, shownLines).map((one) => `             ${paint('32', `+ ${cut(one, 160)}`)}`);
  const rest = written.length - shown.length;
  return [
    `           tried: ${line(description, 300)} At ${where}${text === '' ? ', by taking text out.' : ':'}`,
    ...(text === '' ? [] : shown),
    ...(rest > 0 ? [`             … ${plural(rest, 'more line')}`] : []),
  ];
}

function precisionNote(finding: Finding): string {
  if (finding.location.precision === 'file') return ' (line unknown)';
  return finding.location.precision === 'nearest' ? ' (nearest)' : '';
}

function problemLines(problem: Problem, paint: (style: string, text: string) => string): string[] {
  const where =
    problem.file === undefined
      ? (problem.unit ?? '')
      : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}`;
  return [
    `  ${paint('1;31', 'problem ')} ${line(problem.message, 1000)}`,
    `           ${line(where, 300)}  ${paint('90', problem.code)}${problem.side === undefined ? '' : ` (${problem.side})`}`,
    `           next: ${line(problem.hint, 400)}`,
  ];
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
