import type { Log, Notification, Region, ReportingDescriptor, Result, Location, ThreadFlowLocation } from 'sarif';
import type { Check } from '../check.ts';
import type { Finding, Problem, Report, Severity } from '../model.ts';
import { line, urlPath, visible } from './escape.ts';
import { plural, resourceName, sortFindings } from './summarize.ts';

/** What SARIF needs beside the report. */
export interface SarifOptions {
  version: string;
  checks: ReadonlyMap<string, Check>;
}

const home = 'https://github.com/plimsoll-dev/plimsoll';

/**
 * What GitHub code scanning takes; an upload beyond it is refused or cut without a word.
 * https://docs.github.com/code-security/reference/code-scanning/sarif-files
 */
const limits = { results: 25_000, tags: 10, flowSteps: 1_000 };

/**
 * SARIF 2.1.0: one run. The fingerprint is a partial fingerprint, the trail a code flow, waivers are suppressions, fixes
 * that were tried are fixes, and what could not be judged makes the invocation unsuccessful.
 */
export function toSarif(report: Report, options: SarifOptions): string {
  const { introduced, existing, waived } = sortFindings(report.findings);
  // Not what is fixed: code scanning does not read `baselineState`, and would open alerts for it.
  const all = [...introduced, ...existing, ...waived];
  const shown = all.slice(0, limits.results);
  const left = all.length - shown.length;
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
            informationUri: home,
            rules: ids.map((id) => rule(id, options.checks.get(id))),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            toolExecutionNotifications: [
              ...report.problems.map(notification),
              ...(left === 0
                ? []
                : [
                    {
                      level: 'warning' as const,
                      descriptor: { id: 'results-left-out' },
                      message: {
                        text: `${plural(left, 'result')} left out: code scanning takes ${limits.results} a run.`,
                      },
                    },
                  ]),
            ],
          },
        ],
        results: shown.map((finding) => result(finding, ids, report)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function notification({ code, message, hint, file, line: number }: Problem): Notification {
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: `${visible(message)} Next: ${visible(hint)}` },
    ...(file === undefined
      ? {}
      : { locations: [location(file, number === undefined ? undefined : { startLine: number })] }),
  };
}

function rule(id: string, check: Check | undefined): ReportingDescriptor {
  if (check === undefined) return { id };
  return {
    id,
    name: pascal(id),
    shortDescription: { text: check.title },
    fullDescription: { text: check.why },
    help: { text: `${check.why} ${check.remedy}`, markdown: `${check.why}\n\n**Fix:** ${check.remedy}` },
    helpUri: `${home}/blob/main/docs/checks/${id}.md`,
    defaultConfiguration: { level: levels[check.severity] },
    properties: {
      category: check.category,
      tags: ['security', check.category, ...(check.standards?.mitre ?? [])].slice(0, limits.tags),
      'security-severity': scores[check.severity],
    },
  };
}

function result(finding: Finding, ids: readonly string[], report: Report): Result {
  const { span, precision } = finding.location;
  const trail = finding.location.trail.slice(0, limits.flowSteps);
  // A result without a file makes GitHub refuse the whole upload.
  const file = finding.location.file === '' ? unitFile(finding.unit, report.units) : finding.location.file;
  const others = finding.variants.filter((unit) => unit !== finding.unit);
  const also = others.length === 0 ? '' : ` Also in ${plural(others.length, 'other unit')}.`;
  const known = precision !== 'file' && finding.location.file !== '';
  const note = known ? '' : ' (Somewhere in this file: the line could not be determined.)';
  return {
    ruleId: finding.check,
    ruleIndex: ids.indexOf(finding.check),
    level: levels[finding.severity],
    message: { text: `${visible(finding.message)}${note}${also}` },
    locations: [
      {
        // Code scanning demands a line; where none is known the message says so.
        ...location(file, known ? span : { startLine: 1 }),
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
    ...(report.base === undefined ? {} : { baselineState: baseline[finding.status] }),
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
              description: {
                text: `${visible(finding.suggestion.description)}${finding.suggestion.risky === true ? ' It can break a running workload.' : ''}`,
              },
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

/** A file that brought the unit into the review, for a finding of which no file is known; else the unit's folder. */
function unitFile(id: string, units: Report['units']): string {
  const unit = units.find((one) => one.id === id);
  return unit?.because[0]?.file ?? unit?.root ?? '.';
}

function location(file: string, region: Region | undefined): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: urlPath(file), uriBaseId: 'ROOT' },
      ...(region === undefined ? {} : { region: { ...region } }),
    },
  };
}

/** Rule names are identifiers by the standard's own checker. */
function pascal(id: string): string {
  return id.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
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
