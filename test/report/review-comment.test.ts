import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { Finding } from '../../src/model.ts';
import { toCheckRun } from '../../src/report/check-run.ts';
import { reviewComments, type ReviewComment, type ReviewCommentOptions } from '../../src/report/review-comment.ts';
import { finding, hostile, index, report } from './sample.ts';

const file = 'charts/app/values.yaml';
const lines = Array.from({ length: 40 }, (_, at) => (at === 11 ? '  privileged: true' : `line${at + 1}: 1`));

function comments(findings: readonly Finding[], more: Partial<ReviewCommentOptions> = {}): ReviewComment[] {
  const hunks = new Map([[file, [{ start: 10, end: 14 }]]]);
  return reviewComments(report({ findings: [...findings] }), {
    ...{ checks: index, comments: 'all', hunks, lines: () => lines },
    ...more,
  });
}

const at = (line: number, more: Partial<Finding> = {}): Finding => {
  const { location } = finding();
  const span = { startLine: line, startColumn: 3, endLine: line, endColumn: 19 };
  return finding({ location: { ...location, span }, ...more });
};
const suggestion = (line: number) => ({
  file,
  span: { startLine: line, startColumn: 15, endLine: line, endColumn: 19 },
  text: 'false',
  description: 'Set privileged to false.',
});

describe('a review comment', () => {
  test('says what, why, how to mend it, and where else', () => {
    const [comment] = comments([at(12)]);
    expect(comment).toMatchObject({ path: file, start: 12, line: 12, check: 'privileged-container' });
    expect(comment?.text).toMatch(/^🔴 \*\*High: .+\*\*\n\nContainer "app" is privileged\.\n\n/);
    expect(comment?.text).toContain('**Fix:** Delete privileged or set it to false');
    expect(comment?.text).toContain('`Deployment prod/app`');
    expect(comment?.text).toContain('also in `helm:charts/app@values-prod.yaml`');
  });

  test('offers a verified fix to commit where its lines are part of the diff', () => {
    const [comment] = comments([at(12, { suggestion: suggestion(12) })]);
    expect(comment?.text).toContain('```suggestion\n  privileged: false\n```');
    expect(comment?.text).toContain('rendered with it, the finding was gone');
  });

  test('stands at its fix when only that is part of the diff, and shows it where it is not', () => {
    expect(comments([at(30, { suggestion: suggestion(12) })])).toMatchObject([{ start: 12, line: 12 }]);
    const [comment] = comments([at(12, { suggestion: suggestion(30) })]);
    expect(comment).toMatchObject({ line: 12 });
    expect(comment?.text).toContain('**Fix** in `charts/app/values.yaml:30`, outside of this diff');
    expect(comment?.text).not.toContain('```suggestion');
  });

  test.each<[string, Finding]>([
    ['outside of the diff', at(20)],
    ['in a file without a change', at(12, { location: { ...finding().location, file: 'other.yaml' } })],
    ['of which only the file is known', at(12, { location: { ...at(12).location, precision: 'file' } })],
    ['that was there before', at(12, { status: 'existing' })],
    ['that is waived', at(12, { waiver: { reason: 'Node agent.', source: 'settings' } })],
    ['under fail-on', at(12, { severity: 'medium' })],
  ])('is not written for a finding %s', (_, one) => {
    expect(comments([one])).toEqual([]);
  });

  test('holds whatever a repository names its things, without a link, image, HTML or mention of its making', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, code) => {
        const { span } = suggestion(12);
        const found = comments(
          [
            at(12, {
              message: text,
              unit: text,
              variants: [text, 'other'],
              resource: { apiVersion: 'v1', kind: text, namespace: text, name: text },
              suggestion: { file, span, text: code, description: text },
            }),
            at(13, {
              check: 'host-network',
              message: text,
              suggestion: { file: text, span, text: code, description: text },
            }),
          ],
          { lines: () => lines.with(11, `  privileged: true${text.replaceAll('\n', ' ')}`) },
        );
        expect(found).toHaveLength(2);
        for (const comment of found) {
          const nodes = all(fromMarkdown(comment.text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
          const kinds = ['link', 'image', 'html', 'definition', 'footnoteReference', 'linkReference', 'heading'];
          expect(nodes.filter(({ type }) => kinds.includes(type))).toEqual([]);
          const prose = nodes.filter(({ type }) => type === 'text').map(({ value = '' }) => value);
          expect(prose.filter((value) => /@\w/.test(value))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('Severities become the levels of annotations; what is only worth knowing gets none.', () => {
  const findings = (['critical', 'high', 'medium', 'low', 'info'] as const).map((severity, index) =>
    at(index + 1, { severity }),
  );
  const { annotations } = toCheckRun(report({ findings }), { checks: index, report: 'introduced' });
  expect(annotations.map(({ start_line: line, annotation_level: level }) => [line, level])).toEqual([
    [1, 'failure'],
    [2, 'failure'],
    [3, 'warning'],
    [4, 'notice'],
  ]);
});

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

function all(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(all)];
}
