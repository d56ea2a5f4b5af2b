import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checks } from '../checks/index.ts';
import { runChecks } from '../src/analyze/run.ts';
import { suppress } from '../src/analyze/suppress.ts';
import { applyEdits } from '../src/analyze/edit.ts';
import type { Check } from '../src/check.ts';
import type { Resource } from '../src/model.ts';
import { readFixture, type FixtureCase } from './support/check-fixture.ts';

const root = new URL('../', import.meta.url);
const fixtureOf = (id: string): URL => new URL(`test/checks/${id}.yaml`, root);
/** `npm test -- checks -t <id>` runs one check's tests. */

test('every file in checks/ is in the list, sorted, and each has a fixture and the reverse', () => {
  const files = readdirSync(new URL('checks/', root))
    .filter((name) => name !== 'index.ts')
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();
  const fixtures = readdirSync(new URL('test/checks/', root))
    .map((name) => name.replace(/\.yaml$/, ''))
    .sort();
  expect(checks.map((check) => check.id)).toEqual(files);
  expect(fixtures).toEqual(files);
});

describe.each(checks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  test('has complete prose', () => {
    for (const text of [check.title, check.why, check.remedy]) expect(text.length).toBeGreaterThan(10);
    for (const text of [check.why, check.remedy]) expect(text).toMatch(/\.$/);
    expect(check.title).not.toMatch(/\.$/);
    for (const other of check.suppressedBy ?? []) expect(other).not.toBe(id);
  });

  const cases = existsSync(fixtureOf(id)) ? readFixture(fixtureOf(id)) : [];

  test('has a fixture with at least one finding and something that stays silent', () => {
    expect(cases.some((one) => one.expected.size > 0)).toBe(true);
  });

  test.each(cases.map((one, index) => [`${index + 1}: ${one.title}`, one] as const))(
    'finds exactly the marked lines and leaves its input alone, case %s',
    (_, one) => {
      const before = JSON.stringify(one.resources);
      const found = run(check, one, one.resources);
      const lines = new Map<number, string[]>();
      for (const { resource, violation } of found) {
        const line = resource.locate(violation.at).startLine;
        lines.set(line, [...(lines.get(line) ?? []), violation.message]);
      }
      expect(sorted(lines)).toEqual(sorted(one.expected));
      expect(JSON.stringify(one.resources)).toBe(before);
    },
  );

  test.each(cases.map((one, index) => [`${index + 1}: ${one.title}`, one] as const))(
    'each fix silences its finding and brings none, case %s',
    (_, one) => {
      for (const { resource, violation } of run(check, one, one.resources)) {
        if (violation.fix === undefined) continue;
        const fixed = one.resources.map((other) =>
          other === resource ? { ...other, manifest: applyEdits(other.manifest, violation.fix!.edits) } : other,
        );
        const left = runAll(one, fixed, check).map(key);
        const before = runAll(one, one.resources, check).map(key);
        expect(left).not.toContain(key({ check, resource, violation }));
        expect(left.filter((item) => !before.includes(item))).toEqual([]);
      }
    },
  );
});

function run(check: Check, one: FixtureCase, resources: Resource[]): ReturnType<typeof runChecks> {
  // Of a single check it only drops what is said twice.
  return suppress(
    runChecks(resources, {
      checks: [check],
      kubeVersion: one.kubeVersion,
      options: { [check.id]: one.options },
      complete: one.complete,
    }),
  );
}

/** All checks that are on by default, and the one under test. */
function runAll(one: FixtureCase, resources: Resource[], check: Check): ReturnType<typeof runChecks> {
  return runChecks(resources, {
    checks: checks.filter((other) => other === check || other.default === 'on'),
    kubeVersion: one.kubeVersion,
    options: { [check.id]: one.options },
    complete: one.complete,
  });
}

/** Without positions: a fix that removes an item of a list moves those behind it. */
function key(item: {
  check: Check;
  resource: Resource;
  violation: { at: readonly (string | number)[]; message: string };
}): string {
  const { at, message } = item.violation;
  return [item.check.id, item.resource.index, ...at.filter((step) => typeof step === 'string'), message].join('/');
}

function sorted(lines: Map<number, string[]>): [number, string[]][] {
  return [...lines]
    .map(([line, messages]): [number, string[]] => [line, [...messages].sort()])
    .sort((a, b) => a[0] - b[0]);
}
