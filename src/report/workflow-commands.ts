import type { Check } from '../check.ts';
import type { Report } from '../model.ts';
import { commandData, commandProperty } from './escape.ts';
import { plural, sortFindings } from './summarize.ts';

/**
 * GitHub workflow commands, one line each. GitHub shows ten errors and ten warnings a step, so the worst come first and a
 * last line says what it does not show.
 */
export function toWorkflowCommands(report: Report, checks: ReadonlyMap<string, Check>): string {
  const { introduced, existing } = sortFindings(report.findings);
  const shown = report.base === undefined ? [...introduced, ...existing] : introduced;
  // Each command is an annotation, and info has none.
  const loud = shown.filter(({ severity }) => severity !== 'info');
  const lines = [
    ...report.problems.map((problem) => {
      const file =
        problem.file === undefined
          ? ''
          : ` file=${commandProperty(problem.file)}${problem.line === undefined ? '' : `,line=${problem.line}`}`;
      const level = problem.side === 'base' ? 'warning' : 'error';
      return `::${level}${file === '' ? ' ' : `${file},`}title=${commandProperty(`Not judged: ${problem.code}`)}::${commandData(`${problem.message} Next: ${problem.hint}`)}`;
    }),
    ...loud.map((finding) => {
      const { file, span, precision } = finding.location;
      const where = [
        ...(file === '' ? [] : [`file=${commandProperty(file)}`]),
        ...(file === '' || precision === 'file' ? [] : [`line=${span.startLine}`]),
        `title=${commandProperty(`${finding.check} (${finding.severity})`)}`,
      ];
      const remedy = checks.get(finding.check)?.remedy;
      return `::${commands[finding.severity]} ${where.join(',')}::${commandData(finding.message + (remedy === undefined ? '' : `\nFix: ${remedy}`))}`;
    }),
  ];
  const errors = lines.filter((one) => one.startsWith('::error')).length;
  const warnings = lines.filter((one) => one.startsWith('::warning')).length;
  if (errors > 10 || warnings > 10)
    lines.push(`plimsoll: ${errors} errors and ${warnings} warnings; GitHub annotates ten of each a step.`);
  if (loud.length < shown.length)
    lines.push(`plimsoll: ${plural(shown.length - loud.length, 'finding')} of severity info without an annotation.`);
  return lines.map((one) => `${one}\n`).join('');
}

const commands = { critical: 'error', high: 'error', medium: 'warning', low: 'notice', info: 'notice' } as const;
