import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/model.ts';
import { toJunit } from '../../src/report/junit.ts';
import { finding, hostile, report } from './sample.ts';

/** The elements and attributes of Jenkins' `junit-10.xsd` that we use; those without `?` are required. */
const rules: Record<string, { attributes: string[]; parents: string[] }> = {
  testsuites: { attributes: ['name?'], parents: [''] },
  testsuite: { attributes: ['name', 'tests', 'failures', 'errors', 'skipped?', 'time?'], parents: ['testsuites'] },
  testcase: { attributes: ['name', 'classname'], parents: ['testsuite'] },
  failure: { attributes: ['message?', 'type?'], parents: ['testcase'] },
  error: { attributes: ['message?'], parents: ['testcase'] },
  skipped: { attributes: ['message?'], parents: ['testcase'] },
  'system-out': { attributes: [], parents: ['testcase'] },
};

/** Reads well-formed XML of those elements alone; throws at anything else. Gives each element with its attributes. */
function read(xml: string): { name: string; attributes: Record<string, string> }[] {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  // The characters that XML 1.0 has, markup aside, which must be written as references.
  const text = /(?:[\t\n\u0020-\u0025\u0027-\u003b=?-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}>]|&#\d+;)*/uy;
  const open: string[] = [];
  const found: { name: string; attributes: Record<string, string> }[] = [];
  const tag = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)(\/?)>/y;
  for (let at = 0; at < body.length;) {
    text.lastIndex = at;
    at += text.exec(body)?.[0].length ?? 0;
    if (at === body.length) break;
    tag.lastIndex = at;
    const [whole, closing, name = '', rest = '', empty] = tag.exec(body) ?? [];
    if (whole === undefined) throw new Error(`Not XML: ${body.slice(at, at + 80)}`);
    at += whole.length;
    if (closing === '/') {
      expect(open.pop()).toBe(name);
      continue;
    }
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of rest.matchAll(/ ([a-z]+)="([^"]*)"/g)) attributes[key] = value;
    const rule = rules[name];
    expect(rule?.parents).toContain(open.at(-1) ?? '');
    const known = rule?.attributes ?? [];
    expect(Object.keys(attributes).filter((key) => !known.includes(key) && !known.includes(`${key}?`))).toEqual([]);
    expect(known.filter((key) => !key.endsWith('?') && !(key in attributes))).toEqual([]);
    found.push({ name, attributes });
    if (empty !== '/') open.push(name);
  }
  expect(open).toEqual([]);
  return found;
}

const junit = (more: Partial<Report> = {}): ReturnType<typeof read> => read(toJunit(report(more)));

test('a finding at or over fail-on is a failure, a milder one a case that passes, a waived one is skipped', () => {
  const elements = junit({
    findings: [
      finding(),
      finding({ severity: 'low' }),
      finding({ waiver: { reason: 'Node agent.', source: 'settings' } }),
      finding({ status: 'existing' }),
    ],
  });
  const suite = elements.find(({ name }) => name === 'testsuite');
  expect(suite?.attributes).toMatchObject({ tests: '3', failures: '1', errors: '0', skipped: '1' });
  expect(elements.find(({ name }) => name === 'testcase')?.attributes.name).toBe(
    'privileged-container: Deployment prod/app spec.template.spec.containers.0.securityContext.privileged',
  );
});

test('of a scan every finding counts; of a pull request what it introduces', () => {
  const findings = [finding({ status: 'existing' as const })];
  const failures = (elements: ReturnType<typeof read>): number =>
    elements.filter(({ name }) => name === 'failure').length;
  const { base, ...scanned } = report({ findings });
  expect(base).toBeDefined();
  expect(failures(read(toJunit(scanned)))).toBe(1);
  expect(failures(junit({ findings }))).toBe(0);
});

test('what could not be judged is an error, at the base alone it is skipped; without a unit it has a suite of its own', () => {
  const problem = { code: 'helm-failed', message: 'a < b', hint: 'Mend it.' };
  const elements = junit({
    findings: [],
    problems: [{ ...problem, unit: 'helm:charts/app' }, { ...problem, unit: 'helm:charts/app', side: 'base' }, problem],
  });
  expect(elements.filter(({ name }) => name === 'testsuite').map(({ attributes }) => attributes)).toMatchObject([
    { name: 'helm:charts/app', tests: '2', errors: '1', skipped: '1' },
    { name: 'repository', tests: '1', errors: '1' },
  ]);
  expect(elements.find(({ name }) => name === 'error')?.attributes.message).toBe('a &#60; b');
});

test('a unit without findings is one case that passes', () => {
  expect(junit({ findings: [] }).map(({ name }) => name)).toEqual(['testsuites', 'testsuite', 'testcase']);
});

test('is well-formed whatever a repository names its things', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
      const { resource } = finding({ resource: { apiVersion: 'v1', kind: text, namespace: text, name: text } });
      const [unit] = report().units;
      junit({
        units: [{ ...unit!, id: text, status: 'skipped', problem: text }],
        findings: [
          finding({ message: text, resource, unit: text, path: [text] }),
          finding({ message: text, unit: text, waiver: { reason: text, source: 'settings' } }),
        ],
        problems: [{ code: 'x', message: text, hint: text, unit: text }],
      });
    }),
    { numRuns: 500 },
  );
});
