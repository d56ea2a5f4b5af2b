import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { chart, configMap, openArena, type Arena } from './arena.ts';
import { reviewPull, told } from './pull.ts';

/** Row 16: what differs from render to render is no change of a pull request. */
let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

const files = (template: string): Record<string, string> => chart(template) as Record<string, string>;
const notice =
  'render-random: c renders differently every time (random values, or the time): what differs is masked in the diff.';

test.each([
  ['random texts', '{{ randAlphaNum 20 | quote }}'],
  ['identifiers', '{{ uuidv4 | quote }}'],
  ['keys', '{{ genPrivateKey "ecdsa" | b64enc }}'],
  ['certificates', '{{ (genCA "ca" 1).Cert | b64enc }}'],
])('row 16: %s are masked in the diff, and that is said', async (_title, value) => {
  const before = `${configMap('x')}data:\n  random: ${value}\n`;
  const report = await reviewPull({ base: files(before), head: files(`${before}  new: b\n`) }, arena.state.sandbox);
  expect(told(report)).toEqual([notice]);
  expect(report.diffs.map(({ diff }) => diff.split('\n').slice(1))).toEqual([
    [' apiVersion: v1', ' data:', '+  new: b', '   random: "***"', ' kind: ConfigMap', ' metadata:'],
  ]);
});

test('row 16: an object whose only change is random is no change', async () => {
  const steady = `${configMap('steady')}data:\n  random: {{ randAlphaNum 20 | quote }}\n`;
  const report = await reviewPull(
    { base: files(`${steady}---\n${configMap('one')}`), head: files(`${steady}---\n${configMap('two')}`) },
    arena.state.sandbox,
  );
  expect(report.diffs.map(({ resource, change }) => `${change} ${resource.name}`).sort()).toEqual([
    'added two',
    'removed one',
  ]);
});

test('row 16: a finding in an object with a random name is the same finding', async () => {
  const job = (command: string): string =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: {name: "migrate-{{ randAlphaNum 8 | lower }}-x"}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: c, image: c:1, command: [${command}], securityContext: {privileged: true}}\n`;
  const report = await reviewPull({ base: files(job('a')), head: files(job('b')) }, arena.state.sandbox);
  expect(report.findings.map(({ check, status }) => [check, status])).toEqual([['privileged-container', 'existing']]);
  expect(report.diffs.map(({ change }) => change)).toEqual(['changed']);
  expect(report.conclusion).toBe('success');
});

test('row 16: a chart that calls nothing random is rendered once a side', async () => {
  let renders = 0;
  const { sandbox } = arena.state;
  const counting: Sandbox = {
    kind: sandbox.kind,
    open: () => {
      renders += 1;
      return sandbox.open();
    },
  };
  await reviewPull({ base: files(configMap('x')), head: files(configMap('y')) }, counting);
  expect(renders).toBe(2);
});
