import fc from 'fast-check';
import { checks } from '../../checks/index.ts';
import type { Finding, Report } from '../../src/model.ts';

export const index = new Map(checks.map((check) => [check.id, check]));
export const blobUrl = 'https://github.example/o/r/blob/abc';

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    fingerprint: '0'.repeat(32),
    check: 'privileged-container',
    severity: 'high',
    message: 'Container "app" is privileged.',
    status: 'introduced',
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'app' },
    unit: 'helm:charts/app',
    variants: ['helm:charts/app', 'helm:charts/app@values-prod.yaml'],
    path: ['spec', 'template', 'spec', 'containers', 0, 'securityContext', 'privileged'],
    location: {
      file: 'charts/app/values.yaml',
      span: { startLine: 12, startColumn: 3, endLine: 12, endColumn: 19 },
      precision: 'verified',
      trail: [
        {
          label: 'template line',
          file: 'charts/app/templates/d.yaml',
          span: { startLine: 30, startColumn: 1, endLine: 31, endColumn: 1 },
        },
      ],
    },
    ...more,
  };
}

export function report(more: Partial<Report> = {}): Report {
  return {
    repository: 'o/r',
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    units: [
      {
        id: 'helm:charts/app',
        kind: 'helm',
        root: 'charts/app',
        variant: '',
        status: 'rendered',
        because: [{ file: 'charts/app/values.yaml', reason: 'is part of the chart' }],
        milliseconds: 40,
        resources: 3,
      },
    ],
    findings: [finding()],
    problems: [],
    notices: [],
    images: [],
    diffs: [],
    failOn: 'high',
    conclusion: 'failure',
    milliseconds: 100,
    ...more,
  };
}

/** Text that tries to break out of wherever it is printed. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '```',
        '@everyone',
        '#12',
        '![x](http://e.example/i)',
        '[a](b)',
        '<img src=x>',
        '</details>',
        'http://e.example',
        'www.e.example',
        '|',
        '\n',
        '\n\n# h',
        '---',
        '\u202e',
        '\u001b[31m',
        '<!-- x',
        '[^1]',
        '\\',
        'a@b.example',
      ),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
