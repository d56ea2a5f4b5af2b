import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { checks } from '../../checks/index.ts';
import type { Finding, Report } from '../../src/model.ts';
import { toCheckRun, type CheckRunOutput } from '../../src/report/check-run.ts';
import { toJunit } from '../../src/report/junit.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { toText } from '../../src/report/text.ts';
import { toWorkflowCommands } from '../../src/report/workflow-commands.ts';

const index = new Map(checks.map((check) => [check.id, check]));
const blobUrl = 'https://github.example/o/r/blob/abc';

function finding(more: Partial<Finding> = {}): Finding {
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

function report(more: Partial<Report> = {}): Report {
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

function checkRun(more: Partial<Report> = {}): CheckRunOutput {
  return toCheckRun(report(more), { checks: index, report: 'introduced', blobUrl });
}

describe('a check run', () => {
  test('says what was introduced, where, what it allows, and the fix', () => {
    const { title, summary, annotations } = checkRun();
    expect(title).toBe('1 finding introduced: Container "app" is privileged.');
    expect(summary).toContain(
      '[`charts/app/values.yaml:12`](https://github.example/o/r/blob/abc/charts/app/values.yaml#L12)',
    );
    expect(summary).toContain('**Fix:** Delete privileged or set it to false');
    expect(annotations).toEqual([
      expect.objectContaining({
        path: 'charts/app/values.yaml',
        start_line: 12,
        end_line: 12,
        annotation_level: 'failure',
      }),
    ]);
    expect(annotations[0]?.message).toContain('Also in helm:charts/app@values-prod.yaml.');
    expect(annotations[0]?.raw_details).toContain('template line: charts/app/templates/d.yaml:30');
  });

  test('annotates what the pull request brings, not what was there, unless asked', () => {
    const existing = finding({ status: 'existing' });
    expect(checkRun({ findings: [existing] }).annotations).toEqual([]);
    expect(toCheckRun(report({ findings: [existing] }), { checks: index, report: 'all' }).annotations).toHaveLength(1);
    expect(checkRun({ findings: [existing] }).summary).toContain('Already there, not counted: 1 finding (1 high).');
  });

  test('a finding of which only the file is known says so instead of naming a line', () => {
    const { location } = finding();
    const { annotations, summary } = checkRun({
      findings: [finding({ location: { ...location, precision: 'file' } })],
    });
    expect(annotations[0]?.message).toContain('the line could not be determined');
    expect(summary).not.toContain('#L');
  });

  test('a waived finding is shown with its reason and not annotated', () => {
    const waived = finding({ waiver: { reason: 'Node agent.', until: '2027-01-01', source: 'settings' } });
    const { summary, annotations } = checkRun({ findings: [waived], conclusion: 'success' });
    expect(annotations).toEqual([]);
    expect(summary).toMatch(/### Waived[\s\S]*Node agent\. \(until 2027-01-01\)/);
  });

  test('a problem stands first, with what to do next, and on its line', () => {
    const problem = {
      code: 'helm-failed',
      message: 'nil pointer',
      hint: 'Mend the template.',
      file: 'charts/app/templates/d.yaml',
      line: 7,
    };
    const { summary, annotations } = checkRun({ findings: [], problems: [problem] });
    expect(summary).toMatch(/### Not judged[\s\S]*nil pointer[\s\S]*Next: Mend the template\./);
    expect(annotations).toEqual([expect.objectContaining({ start_line: 7, annotation_level: 'failure' })]);
  });

  test('stays inside GitHub’s limits by leaving out whole items and saying how many', () => {
    const many = Array.from({ length: 3000 }, (_, at) =>
      finding({ fingerprint: String(at), message: `Container "c${at}" is privileged.` }),
    );
    const { title, summary, annotations } = checkRun({ findings: many });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
    expect(title.length).toBeLessThanOrEqual(255);
    expect(annotations).toHaveLength(3000);
    const shown = summary.match(/^- \*\*high\*\*/gm)?.length ?? 0;
    expect(summary).toContain(`…and ${3000 - shown} more`);
  });

  test('whatever a repository names its things, the summary holds no link, image, HTML or mention of its making', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { summary } = checkRun({
          findings: [
            finding({
              message: text,
              resource: { apiVersion: 'v1', kind: text, namespace: text, name: text },
              variants: ['helm:charts/app', text],
            }),
            finding({ status: 'fixed', message: text }),
            finding({ message: text, waiver: { reason: text, source: 'settings' } }),
          ],
          problems: [{ code: 'x', message: text, hint: text, file: text }],
          notices: [{ code: 'x', message: text }],
        });
        const nodes = all(fromMarkdown(summary, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
        const links = nodes.filter((node) =>
          ['link', 'image', 'definition', 'footnoteReference', 'linkReference'].includes(node.type),
        );
        expect(links.filter((node) => !(node.url ?? '').startsWith(blobUrl))).toEqual([]);
        const markup = nodes.filter((node) => node.type === 'html').map((node) => node.value);
        expect(markup.filter((value) => !/^<\/?(details|summary)>/.test(value ?? ''))).toEqual([]);
        const prose = nodes.filter((node) => node.type === 'text').map((node) => node.value ?? '');
        expect(prose.filter((value) => /@\w/.test(value))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('other formats', () => {
  test('SARIF has the fingerprint, the trail as a code flow, and waivers as suppressions', () => {
    const waived = finding({ waiver: { reason: 'Node agent.', source: 'settings' } });
    const { runs } = JSON.parse(toSarif(report({ findings: [waived] }), { version: '1.2.3', checks: index })) as {
      runs: { results: Record<string, unknown>[] }[];
    };
    expect(runs[0]?.results[0]).toMatchObject({
      ruleId: 'privileged-container',
      level: 'error',
      baselineState: 'new',
      partialFingerprints: { 'plimsoll/v1': '0'.repeat(32) },
      suppressions: [{ kind: 'external', justification: 'Node agent.' }],
      codeFlows: [{ threadFlows: [{ locations: [{ location: { message: { text: 'template line' } } }] }] }],
    });
  });

  test('JUnit counts a finding as a failure and a problem as an error', () => {
    const xml = toJunit(
      report({ problems: [{ code: 'helm-failed', message: 'a < b', hint: 'Mend it.', unit: 'helm:charts/app' }] }),
    );
    expect(xml).toContain('<testsuite name="helm:charts/app" tests="2" failures="1" errors="1" skipped="0"');
    expect(xml).toContain('a &#60; b');
  });

  test('workflow commands are one line each and carry file and line', () => {
    const text = toWorkflowCommands(report({ findings: [finding({ message: 'one\ntwo' })] }), index);
    expect(text).toMatch(
      /^::error file=charts\/app\/values.yaml,line=12,title=privileged-container \(high\)::one%0Atwo/,
    );
  });

  test('the text of a terminal has no escape sequence of a repository’s making', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = toText(report({ findings: [finding({ message: text })] }), {
          colour: false,
          all: false,
          checks: index,
        });
        expect(shown).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
    );
  });
});

interface Node {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
}

function all(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(all)];
}

const hostile = fc
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
