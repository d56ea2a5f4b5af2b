import { expect, test } from '@jest/globals';
import { summaryMarkdown } from '../../src/report/summary.ts';
import { toText } from '../../src/report/text.ts';
import { finding, index, report } from './sample.ts';

const text = (of: ReturnType<typeof report>, all = false): string => toText(of, { colour: false, all, checks: index });
const waiver = { reason: 'a node agent', owner: 'team', until: '2999-12-31', source: 'settings' };

test('what is not shown is named in the text and in the check run, with how to see it', () => {
  const some = report({ findings: [finding({ severity: 'info' })], leftOut: { checks: 116, redundant: 2 } });
  expect(text(some)).toContain(
    '\nLeft out: checks that are off by default, and 2 findings that others of the same object say already; --checks all shows them.\n',
  );
  const summary = summaryMarkdown(some, { checks: index });
  expect(summary).toContain(
    'checks that are off by default, and 2 findings that others of the same object say already: `plimsoll diff --checks all` shows them',
  );
  expect(summary).toContain('annotations for 1 finding of severity info');
});

test('nothing is said where everything is shown', () => {
  for (const all of [report({ findings: [finding()] }), report({ leftOut: { checks: 0, redundant: 0 } })]) {
    expect(text(all)).not.toContain('Left out');
    expect(summaryMarkdown(all, { checks: index })).not.toContain('Left out');
  }
});

test('waived findings are counted, and listed with their reasons when all is asked for', () => {
  const some = report({ findings: [finding({ waiver })] });
  expect(text(some)).toMatch(/^Waived: 1 finding \(.*\); --report all lists them with their reasons\.$/m);
  expect(text(some, true)).toMatch(/^ {2}\S+ {2}\S+ · .*: a node agent \(team, until 2999-12-31, settings\)$/m);
});
