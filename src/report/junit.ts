import type { Finding, Report } from '../model.ts';
import { html, visible } from './escape.ts';
import { place, rank, resourceName, sortFindings } from './summarize.ts';

/**
 * JUnit XML: a suite per unit. A finding at or over fail-on is a failure, others are passing cases with their text in
 * `system-out`; a problem is an error; a skipped unit is skipped.
 */
export function toJunit(report: Report): string {
  const { introduced, existing, waived } = sortFindings(report.findings);
  const open = report.base === undefined ? [...introduced, ...existing] : introduced;
  const suites = report.units.map((unit) => {
    const cases = [
      ...open.filter((finding) => finding.unit === unit.id).map((finding) => findingCase(finding, report)),
      ...waived
        .filter((finding) => finding.unit === unit.id)
        .map((finding) => `${opening(finding)}<skipped message="${html(finding.waiver?.reason ?? '')}"/></testcase>`),
      ...report.problems
        .filter((problem) => problem.unit === unit.id)
        .map(
          (problem) =>
            `<testcase name="${html(problem.code)}" classname="${html(unit.id)}"><error message="${html(problem.message)}">${html(problem.hint)}</error></testcase>`,
        ),
      ...(unit.status === 'skipped'
        ? [
            `<testcase name="render" classname="${html(unit.id)}"><skipped message="${html(unit.problem ?? '')}"/></testcase>`,
          ]
        : []),
    ];
    if (cases.length === 0) cases.push(`<testcase name="render" classname="${html(unit.id)}"/>`);
    return suite(unit.id, cases, unit.milliseconds);
  });
  const loose = report.problems.filter((problem) => !report.units.some((unit) => unit.id === problem.unit));
  if (loose.length > 0)
    suites.push(
      suite(
        'repository',
        loose.map(
          (problem) =>
            `<testcase name="${html(problem.code)}" classname="repository"><error message="${html(problem.message)}">${html(problem.hint)}</error></testcase>`,
        ),
        0,
      ),
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="plimsoll">\n${suites.join('\n')}\n</testsuites>\n`;
}

function suite(name: string, cases: readonly string[], milliseconds: number): string {
  const count = (tag: string): number => cases.filter((one) => one.includes(`<${tag} `)).length;
  return [
    `<testsuite name="${html(name)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${(milliseconds / 1000).toFixed(3)}">`,
    ...cases.map((one) => `  ${one}`),
    '</testsuite>',
  ].join('\n');
}

function findingCase(finding: Finding, report: Report): string {
  const text = `${visible(finding.message)}\n${place(finding)}`;
  const fails = report.failOn !== 'none' && rank(finding.severity) >= rank(report.failOn);
  return fails
    ? `${opening(finding)}<failure message="${html(finding.message)}" type="${finding.severity}">${html(text)}</failure></testcase>`
    : `${opening(finding)}<system-out>${html(text)}</system-out></testcase>`;
}

function opening(finding: Finding): string {
  const file = finding.location.file === '' ? '' : ` file="${html(finding.location.file)}"`;
  return `<testcase name="${html(finding.check)}: ${html(resourceName(finding.resource))}" classname="${html(finding.unit)}"${file}>`;
}
