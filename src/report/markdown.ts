import type { Check } from '../check.ts';
import type { Report } from '../model.ts';
import { detailsMarkdown } from './details.ts';
import { prose } from './escape.ts';
import { toOverview } from './overview.ts';
import { summaryMarkdown } from './summary.ts';
import { checkRunTitle } from './title.ts';

/** Bytes; what an issue or a comment takes (65,536 characters), less the title. */
const issueLimit = 64_000;

/**
 * A report as a page of markdown: of a comparison what the check run shows, of a scan the overview.
 * @param limit bytes the page may have; an issue's when absent
 */
export function toMarkdown(
  report: Report,
  options: { checks: ReadonlyMap<string, Check>; blobUrl?: string },
  limit = issueLimit,
): string {
  if (report.base === undefined) return toOverview(report, options);
  const summary = summaryMarkdown(report, options, Math.floor(limit * 0.65));
  const details = detailsMarkdown(report, {}, limit - Buffer.byteLength(summary));
  return `## ${prose(checkRunTitle(report))}\n\n${summary}\n${details === undefined ? '' : `\n${details}\n`}`;
}
