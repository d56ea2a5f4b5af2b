import type { Finding, Problem, Report } from '../model.ts';
import { reaches } from '../severity.ts';
import { html, line } from './escape.ts';
import { place, resourceName, sortFindings } from './summarize.ts';

/**
 * JUnit XML as Jenkins' schema has it (`junit-10.xsd`: no attributes of our own): a suite per unit. A finding at or over
 * fail-on is a failure, others are passing cases with their text in `system-out`; a problem is an error; what is waived, was
 * skipped, or could not be judged at the base alone, is skipped.
 */
export function toJunit(report: Report): string {
  const { introduced, existing, waived } = sortFindings(report.findings);
  const open = report.base === undefined ? [...introduced, ...existing] : introduced;
  const suites = report.units.map((unit) => {
    const cases = [
      ...open.filter((finding) => finding.unit === unit.id).map((finding) => findingCase(finding, report)),
      ...waived
        .filter((finding) => finding.unit === unit.id)
        .map((finding) => testCase(nameOf(finding), unit.id, skipped(finding.waiver?.reason ?? ''))),
      ...report.problems.filter((problem) => problem.unit === unit.id).map((problem) => problemCase(problem, unit.id)),
      ...(unit.status === 'skipped' ? [testCase('render', unit.id, skipped(unit.problem ?? ''))] : []),
    ];
    return suite(unit.id, cases.length === 0 ? [testCase('render', unit.id, '')] : cases, unit.milliseconds);
  });
  const loose = report.problems.filter((problem) => !report.units.some((unit) => unit.id === problem.unit));
  if (loose.length > 0)
    suites.push(
      suite(
        'repository',
        loose.map((problem) => problemCase(problem, 'repository')),
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
  const message = html(finding.message);
  const text = `${message}\n${html(place(finding))}`;
  return testCase(
    nameOf(finding),
    finding.unit,
    reaches(finding.severity, report.failOn)
      ? `<failure message="${message}" type="${finding.severity}">${text}</failure>`
      : `<system-out>${text}</system-out>`,
  );
}

function problemCase({ code, message, hint, side }: Problem, suiteName: string): string {
  if (side === 'base') return testCase(code, suiteName, skipped(`On the base: ${message}`));
  return testCase(code, suiteName, `<error message="${html(message)}">${html(hint)}</error>`);
}

function skipped(message: string): string {
  return `<skipped message="${html(message)}"/>`;
}

function testCase(name: string, suiteName: string, inner: string): string {
  return `<testcase name="${html(name)}" classname="${html(suiteName)}">${inner}</testcase>`;
}

/** Two faults of one object are two cases: readers tell cases apart by class and name. */
function nameOf({ check, resource, path }: Finding): string {
  return line(`${check}: ${resourceName(resource)}${path.length === 0 ? '' : ` ${path.join('.')}`}`, 500);
}
