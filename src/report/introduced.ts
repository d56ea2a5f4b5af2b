import type { Check } from '../check.ts';
import type { Finding, Report } from '../model.ts';
import { capital, code, cut, fence, prose, urlPath, visible } from './escape.ts';
import { place, plural, resourceName } from './summarize.ts';
import { unitLabel } from './unit-label.ts';

/** What links and words of a finding need beside it. */
export interface FindingContext {
  checks: ReadonlyMap<string, Check>;
  units: Report['units'];
  /** `https://github.example/owner/repo/blob/<head>`; file links are left out when absent. */
  blobUrl?: string;
}

/** Findings of one check shown one by one; the rest are counted. Keeps one noisy check from hiding the others. */
const shownEach = 15;
/** Units named beside a finding. */
const shownUnits = 2;
/** Lines of a tried change. */
const shownLines = 12;

/**
 * Findings as markdown, those of one check together: what it lets an attacker do and the fix are said once, the places
 * listed. An entry is a finding, the first of each check with the heading.
 */
export function findingEntries(findings: readonly Finding[], context: FindingContext): string[] {
  const groups = Map.groupBy(findings, ({ severity, check }) => `${severity} ${check}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const rows = group.slice(0, shownEach).map((finding) => row(finding, context));
    const more = group.length - rows.length;
    if (more > 0) rows.push(`- …and ${more} more of ${code(first.check)}, each marked in its file.`);
    return [`${heading(first, context)}\n\n${rows[0] ?? ''}`, ...rows.slice(1)];
  });
}

function heading({ check: id, severity }: Finding, { checks }: FindingContext): string {
  const check = checks.get(id);
  const title = check === undefined ? code(id) : prose(check.title);
  return [
    `\n#### ${marks[severity]} ${capital(severity)}: ${title}`,
    ...(check === undefined ? [] : [`${prose(check.why)}  \n**Fix:** ${prose(check.remedy)} (${code(id)})`]),
  ].join('\n\n');
}

function row(finding: Finding, context: FindingContext): string {
  return [
    `- ${placeLink(finding, context)} ${prose(finding.message)} ${where(finding, context)}`,
    ...suggestionLines(finding, context),
  ].join('\n');
}

/** The change that was tried, where it goes and what it writes. */
function suggestionLines({ suggestion }: Finding, { blobUrl }: FindingContext): string[] {
  if (suggestion === undefined) return [];
  const { file, span, text, description, risky } = suggestion;
  const place = fileLink(file, span.startLine, `${file}:${span.startLine}`, blobUrl);
  const warning = risky === true ? ' It can break a running workload.' : '';
  const opening = `  **Tried, and it holds:** ${prose(description)}${warning} At ${place}`;
  const written = visible(text).split('\n');
  // A text that is put in after the end of a line begins with the line break.
  if (written[0]?.trim() === '') written.shift();
  if (written.length === 0) return ['', `${opening}, by taking text out.`];
  const shown = written.slice(0, shownLines).map((one) => `+ ${cut(one, 160)}`);
  const more = written.length - shown.length;
  if (more > 0) shown.push(`# and ${plural(more, 'more line')}`);
  return ['', `${opening}:`, '', indent(fence(shown.join('\n'), 'diff'))];
}

/** The object, and every render that shows the fault: one finding, however many there are. */
function where(finding: Finding, { units }: FindingContext): string {
  const ids = [...new Set([finding.unit, ...finding.variants])];
  const object = `<br>${code(resourceName(finding.resource))}`;
  // The file of a plain manifest is its unit's.
  if (ids.every((id) => id.startsWith('plain:'))) return object;
  const rendered = ids.map((id) => code(unitLabel(id, units), 200));
  const more = rendered.length - shownUnits;
  const named = `${rendered.slice(0, shownUnits).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${object} from ${named}`;
}

/** The place as a link to the head's file; without a line where only the file is known. */
export function placeLink(finding: Finding, { blobUrl }: Pick<FindingContext, 'blobUrl'>): string {
  const { file, span, precision } = finding.location;
  if (file === '') return '(no file of the repository is known)';
  const note = precision === 'file' ? ' (line unknown)' : precision === 'nearest' ? ' (nearest line)' : '';
  return fileLink(file, precision === 'file' ? undefined : span.startLine, place(finding), blobUrl) + note;
}

/** A file, with the line when it is known, as a link where there is something to link to. */
export function fileLink(file: string, number: number | undefined, label: string, blobUrl: string | undefined): string {
  const shown = code(label, 300);
  if (blobUrl === undefined) return shown;
  return `[${shown}](${blobUrl}/${urlPath(file)}${number === undefined ? '' : `#L${number}`})`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((one) => `  ${one}`)
    .join('\n');
}

export const marks = { critical: '🔴', high: '🔴', medium: '🟠', low: '🟡', info: '⚪' } as const;
