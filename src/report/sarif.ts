import type { Log, Result, ReportingDescriptor, Location, ThreadFlowLocation } from 'sarif';
import type { Check } from '../check.ts';
import type { Finding, Report, Severity, Span } from '../model.ts';
import { line, urlPath, visible } from './escape.ts';
import { plural, resourceName, sortFindings } from './summarize.ts';

/** What SARIF needs beside the report. */
export interface SarifOptions {
  version: string;
  checks: ReadonlyMap<string, Check>;
}

/**
 * SARIF 2.1.0: one run. The fingerprint is a partial fingerprint, the trail a code flow, waivers are suppressions, fixes
 * that were tried are fixes, and what could not be judged makes the invocation unsuccessful.
 */
export function toSarif(report: Report, options: SarifOptions): string {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  const shown = [...introduced, ...existing, ...waived, ...(report.base === undefined ? [] : fixed)];
  const ids = [...new Set(shown.map((finding) => finding.check))].sort();
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'plimsoll',
            semanticVersion: options.version,
            informationUri: 'https://github.com/plimsoll-dev/plimsoll',
            rules: ids.map((id) => rule(id, options.checks.get(id))),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            toolExecutionNotifications: report.problems.map((problem) => ({
              level: 'error',
              descriptor: { id: problem.code },
              message: { text: `${visible(problem.message)} Next: ${visible(problem.hint)}` },
              ...(problem.file === undefined
                ? {}
                : {
                    locations: [
                      location(problem.file, problem.line === undefined ? undefined : lineSpan(problem.line)),
                    ],
                  }),
            })),
          },
        ],
        results: shown.map((finding) => result(finding, ids, report.base !== undefined)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rule(id: string, check: Check | undefined): ReportingDescriptor {
  if (check === undefined) return { id };
  return {
    id,
    name: id,
    shortDescription: { text: check.title },
    fullDescription: { text: check.why },
    help: { text: `${check.why} ${check.remedy}` },
    defaultConfiguration: { level: levels[check.severity] },
    properties: {
      category: check.category,
      tags: ['security', check.category, ...(check.standards?.mitre ?? [])],
      'security-severity': scores[check.severity],
    },
  };
}

function result(finding: Finding, ids: readonly string[], compared: boolean): Result {
  const { file, span, precision, trail } = finding.location;
  const others = finding.variants.filter((unit) => unit !== finding.unit);
  const also = others.length === 0 ? '' : ` Also in ${plural(others.length, 'other unit')}.`;
  const region = precision === 'file' ? undefined : span;
  return {
    ruleId: finding.check,
    ruleIndex: ids.indexOf(finding.check),
    level: levels[finding.severity],
    message: { text: `${visible(finding.message)}${also}` },
    locations: [
      {
        ...(file === '' ? {} : location(file, region)),
        logicalLocations: [
          {
            fullyQualifiedName: line(
              `${finding.unit} ${resourceName(finding.resource)} ${finding.path.join('.')}`,
              500,
            ),
            kind: 'resource',
          },
        ],
      },
    ],
    partialFingerprints: { 'plimsoll/v1': finding.fingerprint },
    ...(compared ? { baselineState: baseline[finding.status] } : {}),
    ...(trail.length === 0
      ? {}
      : {
          codeFlows: [
            {
              threadFlows: [
                {
                  locations: trail.map((step): ThreadFlowLocation => ({
                    location: { ...location(step.file, step.span), message: { text: visible(step.label) } },
                  })),
                },
              ],
            },
          ],
        }),
    ...(finding.waiver === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: finding.waiver.source === 'settings' ? 'external' : 'inSource',
              status: 'accepted',
              justification: visible(finding.waiver.reason),
            },
          ],
        }),
    ...(finding.suggestion === undefined
      ? {}
      : {
          fixes: [
            {
              description: { text: finding.suggestion.description },
              artifactChanges: [
                {
                  artifactLocation: { uri: urlPath(finding.suggestion.file), uriBaseId: 'ROOT' },
                  replacements: [
                    { deletedRegion: finding.suggestion.span, insertedContent: { text: finding.suggestion.text } },
                  ],
                },
              ],
            },
          ],
        }),
    properties: { precision, severity: finding.severity, variants: finding.variants },
  };
}

function location(file: string, region: Span | undefined): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: urlPath(file), uriBaseId: 'ROOT' },
      ...(region === undefined ? {} : { region: { ...region } }),
    },
  };
}

function lineSpan(number: number): Span {
  return { startLine: number, startColumn: 1, endLine: number, endColumn: 1 };
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** What GitHub code scanning sorts by: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below that low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '1.0',
};

const baseline = { introduced: 'new', existing: 'unchanged', fixed: 'absent' } as const;
