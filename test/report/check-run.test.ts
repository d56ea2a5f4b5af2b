import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { checks } from '../../checks/index.ts';
import type { Report } from '../../src/model.ts';
import { toCheckRun, type CheckRunOutput } from '../../src/report/check-run.ts';
import { blobUrl, finding, hostile, index, report } from './sample.ts';

function checkRun(more: Partial<Report> = {}): CheckRunOutput {
  return toCheckRun(report(more), { checks: index, report: 'introduced', blobUrl });
}

describe('a check run', () => {
  test('says what was introduced, where, what it allows, and the fix', () => {
    const { title, summary, annotations } = checkRun();
    expect(title).toBe('1 problem introduced: charts/app and 1 more: Container "app" is privileged.');
    expect(summary).toContain('**Failed**: 1 introduced finding of severity high or above.');
    expect(summary).toContain('whoever takes it over owns the node');
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

  test('calls faults of the settings by their name, apart from what could not be judged', () => {
    const settings = {
      code: 'settings-invalid',
      message: 'No "x".',
      hint: 'Did you mean "y"?',
      file: '.github/plimsoll.yml',
    };
    const alone = checkRun({ findings: [], problems: [settings], conclusion: 'action_required' });
    expect(alone.title).toBe('Settings to mend: No "x".');
    expect(alone.summary).toContain('### Settings to mend: 1');
    expect(alone.summary).not.toContain('Not judged');
    expect(alone.annotations).toMatchObject([{ title: 'Settings to mend: settings-invalid' }]);
    const broken = { code: 'helm-failed', message: 'No template.', hint: 'Mend it.' };
    const both = checkRun({ findings: [], problems: [settings, broken] });
    expect(both.title).toBe('1 not judged, settings to mend: No template.');
    expect(both.summary).toContain('**Failed**: 1 thing could not be judged, and the settings need mending.');
  });

  test('of plain manifests the file is named instead of the unit', () => {
    const [unit] = report().units;
    const units = [{ ...unit!, id: 'plain:.', kind: 'plain' as const, root: '.' }];
    const plain = finding({ unit: 'plain:.', variants: ['plain:.'] });
    const { title, summary } = checkRun({ units, findings: [plain] });
    expect(title).toBe('1 problem introduced: charts/app/values.yaml: Container "app" is privileged.');
    expect(summary).toContain('<br>`Deployment prod/app`\n');
  });

  test('annotates what the pull request brings, not what was there, unless asked', () => {
    const existing = finding({ status: 'existing' });
    expect(checkRun({ findings: [existing] }).annotations).toEqual([]);
    expect(toCheckRun(report({ findings: [existing] }), { checks: index, report: 'all' }).annotations).toHaveLength(1);
    expect(checkRun({ findings: [existing] }).summary).toContain('Already there, not counted: 1 finding (1 high)');
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
    expect(summary).toMatch(/### Waived: 1 high[\s\S]*Waived until 2027\\-01\\-01: Node agent\./);
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
    expect(summary).toMatch(/### Not judged[\s\S]*nil pointer[\s\S]*\*\*Next:\*\* Mend the template\./);
    expect(annotations).toEqual([expect.objectContaining({ start_line: 7, annotation_level: 'failure' })]);
  });

  test('several renders that fail for one reason are one entry', () => {
    const problem = { code: 'helm-failed', message: 'nil pointer', hint: 'Mend it.', file: 'a.yaml' };
    const { summary, title } = checkRun({ findings: [], problems: ['a', 'b'].map((unit) => ({ ...problem, unit })) });
    expect(summary.match(/nil pointer/g)).toHaveLength(1);
    expect(summary).toContain('(2 times, in as many renders)');
    expect(title).toMatch(/^2 not judged: /);
  });

  test('stays inside GitHub’s limits by leaving out whole entries and saying how many', () => {
    const many = checks.flatMap((check, nth) =>
      Array.from({ length: 20 }, (_, at) =>
        finding({ fingerprint: `${nth} ${at}`, check: check.id, message: `Container "c${at}" is at fault.` }),
      ),
    );
    const problems = Array.from({ length: 2000 }, (_, at) => ({
      code: 'x',
      message: `Fault ${at}.`,
      hint: 'Mend it.',
    }));
    const diffs = Array.from({ length: 500 }, (_, at) => ({
      unit: 'helm:charts/app',
      resource: finding().resource,
      change: 'added' as const,
      diff: `+name: ${at}\n${'+ä: 1\n'.repeat(40)}`,
    }));
    const run = checkRun({ findings: many, problems, diffs, diffsOmitted: 7 });
    expect(run.title.length).toBeLessThanOrEqual(255);
    expect(run.annotations).toHaveLength(many.length);
    for (const text of [run.summary, run.text ?? '']) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
      expect(Buffer.byteLength(text)).toBeGreaterThan(50_000);
    }
    const shown = run.summary.match(/^- Fault/gm)?.length ?? 0;
    expect(run.summary).toContain(
      `…and ${2000 - shown} more; \`plimsoll diff\` on the command line lists all of them.`,
    );
    const diffsShown = run.text?.match(/^\+name/gm)?.length ?? 0;
    expect(run.text).toContain(`…and ${500 - diffsShown} more;`);
    expect(run.text).toContain('Rendered diff: 507 objects');
    expect(run.text?.match(/<details>/g)).toHaveLength(run.text?.match(/<\/details>/g)?.length ?? 0);
  });

  test('one noisy check does not hide the others: it lists fifteen places and counts the rest', () => {
    const many = Array.from({ length: 40 }, (_, at) => finding({ fingerprint: `${at}` }));
    const { summary } = checkRun({ findings: [...many, finding({ check: 'host-network', fingerprint: 'x' })] });
    expect(summary.match(/is privileged\./g)).toHaveLength(16);
    expect(summary).toContain('…and 25 more of `privileged-container`');
    expect(summary.match(/owns the node and each pod/g)).toHaveLength(1);
  });

  test('findings below medium are folded away under graver ones', () => {
    const low = finding({ severity: 'low', fingerprint: 'l' });
    expect(checkRun({ findings: [finding(), low] }).summary).toContain('<summary>Introduced, minor: 1 low</summary>');
    expect(checkRun({ findings: [low] }).summary).toContain('### Introduced, minor: 1 low');
  });

  test('the images that change, appear and go stand in a table with tag and digest', () => {
    const { resource } = finding();
    const digest = `sha256:${'ab'.repeat(32)}`;
    const { text } = checkRun({
      images: [
        { resource, container: 'app', before: 'ghcr.io/acme/app:1.0', after: `ghcr.io/acme/app:1.1@${digest}` },
        { resource, container: 'side', before: 'ghcr.io/acme/app:1.0', after: `ghcr.io/acme/app:1.1@${digest}` },
        { resource, container: 'new', after: 'localhost:5000/tool' },
        { resource, container: 'old', before: 'redis:7' },
        { resource, container: 'moved', before: 'redis:7', after: 'valkey:8' },
      ],
    });
    expect(text).toContain('<summary>Images: 3 changed, 1 new, 1 gone</summary>');
    expect(text).toContain('| changed | `ghcr.io/acme/app` | `1.0` | `1.1` `sha256:abababababab…` |');
    expect(text).toContain('`Deployment prod/app` `app`<br>`Deployment prod/app` `side`');
    expect(text).toContain('| new | `localhost:5000/tool` | | no tag (`latest`) |');
    expect(text).toContain('| gone | `redis` | `7` | ');
    expect(text).toContain('| replaced | `valkey` | `redis` `7` | `8` |');
  });

  test('the same change in several units is shown once, and its fence holds whatever the object says', () => {
    const one = { resource: finding().resource, change: 'changed' as const, diff: '+a: "```"\n-b: 1' };
    const { text } = checkRun({ diffs: ['helm:charts/app', 'helm:charts/other'].map((unit) => ({ ...one, unit })) });
    expect(text?.match(/\+a:/g)).toHaveLength(1);
    expect(text).toContain('Deployment prod/app: changed, +1 −1, from charts/app and 1 more');
    expect(text).toContain('````diff\n+a: "```"');
  });

  test('a change that was tried stands under its finding, with its place and what it writes', () => {
    const { location } = finding();
    const suggestion = { file: location.file, span: location.span, text: '\n  a: 1\n  b: 2', description: 'Set both.' };
    const summary = (more: object): string =>
      checkRun({ findings: [finding({ suggestion: { ...suggestion, ...more } })] }).summary;
    expect(summary({})).toContain(
      [
        `  **Tried, and it holds:** Set both. At [\`charts/app/values.yaml:12\`](${blobUrl}/charts/app/values.yaml#L12):`,
        '',
        '  ```diff',
        '  +   a: 1',
        '  +   b: 2',
        '  ```',
      ].join('\n'),
    );
    expect(summary({ text: '', risky: true })).toContain('It can break a running workload. At [');
    expect(summary({ text: '' })).toContain(', by taking text out.');
    expect(summary({ text: 'x\n'.repeat(40) })).toContain('# and 29 more lines');
  });

  test('says why it ended as it did', () => {
    expect(checkRun({ findings: [], conclusion: 'success' }).summary).toMatch(
      /^\*\*Passed\*\*: this change introduces nothing/,
    );
    expect(checkRun({ conclusion: 'success', failOn: 'critical' }).summary).toMatch(
      /^\*\*Passed\*\*: 1 finding introduced, and only severity critical and above fails/,
    );
    expect(checkRun({ findings: [], units: [], conclusion: 'neutral' }).summary).toMatch(/^\*\*Nothing to judge\*\*/);
    const problems = [{ code: 'helm-failed', message: 'No.', hint: 'Mend it.' }];
    expect(checkRun({ problems }).summary).toMatch(
      /^\*\*Failed\*\*: 1 introduced finding of severity high or above, and 1 thing could not be judged\./,
    );
    expect(checkRun({ findings: [finding({ status: 'fixed' })], conclusion: 'success' }).title).toBe(
      'Nothing introduced, 1 fixed',
    );
  });

  test('whatever a repository names its things, the summary holds no link, image, HTML or mention of its making', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const unit = { id: text, kind: 'helm' as const, root: text, variant: text, status: 'failed' as const };
        const { resource } = finding({ resource: { apiVersion: 'v1', kind: text, namespace: text, name: text } });
        const { summary, text: details } = checkRun({
          units: [{ ...unit, problem: text, because: [{ file: text, reason: text }], milliseconds: 1, resources: 1 }],
          images: [
            { resource, container: text, before: text, after: `${text}:1` },
            { resource, container: text, after: text },
          ],
          diffs: [{ unit: text, resource, change: 'changed', diff: text }],
          findings: [
            finding({
              message: text,
              unit: text,
              suggestion: { file: text, span: finding().location.span, text, description: text },
              resource: { apiVersion: 'v1', kind: text, namespace: text, name: text },
              variants: ['helm:charts/app', text],
            }),
            finding({ status: 'fixed', message: text }),
            finding({ message: text, waiver: { reason: text, source: 'settings' } }),
          ],
          problems: [{ code: 'x', message: text, hint: text, file: text }],
          notices: [{ code: 'x', message: text }],
        });
        const page = `${summary}\n\n${details ?? ''}`;
        const nodes = all(fromMarkdown(page, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
        const links = nodes.filter((node) =>
          ['link', 'image', 'definition', 'footnoteReference', 'linkReference'].includes(node.type),
        );
        expect(links.filter((node) => !(node.url ?? '').startsWith(blobUrl))).toEqual([]);
        const markup = nodes.filter((node) => node.type === 'html').map((node) => node.value);
        const tags = markup.flatMap((value) => (value ?? '').match(/<[^>]*>?/g) ?? []);
        expect(tags.filter((tag) => !/^<(\/?(details|summary)|br)>$/.test(tag))).toEqual([]);
        expect(markup.filter((value) => /[@#][\w]|:\/\/|www\./.test((value ?? '').replaceAll(/&#\d+;/g, ' ')))).toEqual(
          [],
        );
        const prose = nodes.filter((node) => node.type === 'text').map((node) => node.value ?? '');
        expect(prose.filter((value) => /@\w/.test(value))).toEqual([]);
      }),
      { numRuns: 300 },
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
