import type { Report } from '../model.ts';
import { cut, line } from './escape.ts';
import { headline, sortFindings } from './summarize.ts';

/** One sentence, the worst thing first to read: counts, then what would happen. At most 255 characters. */
export function checkRunTitle(report: Report): string {
  const [worst] = sortFindings(report.findings).introduced;
  const text =
    worst !== undefined
      ? `${headline(report)}: ${line(worst.message, 140)}`
      : report.problems[0] !== undefined
        ? `${headline(report)}: ${line(report.problems[0].message, 140)}`
        : capital(headline(report));
  return cut(text, 255);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
