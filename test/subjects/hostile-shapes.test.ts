import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import type { Json, JsonMap } from '../../src/check.ts';
import { readFixture } from '../support/check-fixture.ts';

const junk: readonly Json[] = [null, 7, -1, 'x', '', true, [], {}, [null], ['a'], [[]], [{}], { a: null }, '*', '%'];

/** The manifest with about one in `odds` of its values replaced by something else; its kind stays. */
function spoil(manifest: JsonMap, seed: number, odds: number): JsonMap {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const spoiled = (value: Json): Json => {
    if (next(odds) === 0) return junk[next(junk.length)]!;
    if (Array.isArray(value)) return (value as Json[]).map(spoiled);
    return typeof value === 'object' && value !== null ? each(value as JsonMap) : value;
  };
  const each = (map: JsonMap): JsonMap =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => [key, key === 'kind' || key === 'apiVersion' ? value : spoiled(value)]),
    );
  return each(manifest);
}

test('no check throws on values of the wrong shape', () => {
  const fixtures = checks
    .map((check) => ({ check, file: new URL(`../checks/${check.id}.yaml`, import.meta.url) }))
    .filter(({ file }) => existsSync(file))
    .flatMap(({ check, file }) => readFixture(file).map((one) => ({ check, one })));
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(5, 12, 30), fc.boolean(), (seed, odds, complete) => {
      const { check, one } = fixtures[seed % fixtures.length]!;
      const resources = one.resources.map((resource, index) => ({
        ...resource,
        manifest: spoil(resource.manifest, seed + index, odds),
      }));
      const found = runChecks(resources, {
        checks: [check],
        kubeVersion: one.kubeVersion,
        options: { [check.id]: one.options },
        complete,
      });
      expect(found.every(({ violation }) => violation.message.length > 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
