import { expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import { selectChecks } from '../../src/analyze/select.ts';
import type { Settings } from '../../src/settings.ts';
import { parseFixture } from '../support/check-fixture.ts';

const [{ resources } = { resources: [] }] = parseFixture(`apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: app }]
  volumes: [{ name: disk, emptyDir: {} }, { name: memory, emptyDir: { medium: Memory } }]
`);

const found = (setting: Settings['checks'][string] | undefined, asked?: 'all' | string[]): string[] => {
  const id = 'emptydir-size-limit-missing';
  const selected = selectChecks(checks, { checks: setting === undefined ? {} : { [id]: setting } }, asked);
  return runChecks(resources, { checks: selected, kubeVersion: { major: 1, minor: 35 } }).flatMap(
    ({ check, severity }) => (check.id === id ? [severity] : []),
  );
};

test('of a check that is off the severe part is reported unasked, all of it when it is asked for, and nothing when it is switched off', () => {
  expect(found(undefined)).toEqual(['medium']);
  expect(found(undefined, 'all')).toEqual(['low', 'medium']);
  expect(found(undefined, ['emptydir-size-limit-missing'])).toEqual(['low', 'medium']);
  expect(found({ enabled: true, options: {} })).toEqual(['low', 'medium']);
  expect(found({ severity: 'high', options: {} })).toEqual(['low', 'medium']);
  expect(found({ enabled: false, options: {} })).toEqual([]);
});
