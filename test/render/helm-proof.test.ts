import { describe, expect, test } from '@jest/globals';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Json, JsonMap, Resource } from '../../src/model.ts';
import { limited } from '../../src/render/budget.ts';
import type { Candidate } from '../../src/render/helm/candidates.ts';
import { prove, type Change, type Question } from '../../src/render/helm/proof.ts';
import type { ValuesLayer, ValuesLayers } from '../../src/render/helm/values-source.ts';

const span = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
const layer: ValuesLayer = {
  file: 'values.yaml',
  value: { a: 1, b: 1, list: [{ x: 1 }, { x: 2 }] },
  prefix: [],
  defaults: true,
  vendored: false,
  locate: () => span,
};
const layers: ValuesLayers = { layers: [layer], chain: [] };

const object = (spec: JsonMap): Resource[] =>
  parseManifests(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec })).documents.flatMap(
    (document) => resourcesOf(document, { unit: 'u', namespace: '', origin: { file: '' }, firstIndex: 0 }),
  );

const key = (name: string, value: Json, sure = true): Candidate => ({
  by: 'values',
  key: { layer, path: [name], value: layer.value[name] ?? null },
  trial: [name],
  value,
  sure,
});

/** A template line that writes a field of the object. */
const line = (at: number, value: Json): Candidate => ({
  by: 'template',
  edit: { file: 'templates/a.yaml', line: at, kind: 'replace', from: 0, to: 1, value },
  value,
  sure: true,
});

const question = (field: string, ...candidates: Candidate[]): Question => ({
  resource: object({ a: 1, b: 1 })[0]!,
  path: ['spec', field],
  candidates,
  layers,
});

/** Proves the questions against a chart; gives what was proved by field, and the changes that were rendered. */
async function proved(questions: Question[], chart: (change: Change) => JsonMap | string, budget = 20) {
  const changes: Change[] = [];
  const found = await prove(
    questions,
    (change) => {
      changes.push(change);
      const spec = chart(change);
      return Promise.resolve(typeof spec === 'string' ? { failed: spec } : { resources: object(spec) });
    },
    limited(budget, undefined),
  );
  const name = (candidate: Candidate | undefined): string =>
    candidate === undefined
      ? ''
      : candidate.by === 'values'
        ? candidate.trial.join('.')
        : `line ${candidate.edit.line}`;
  return { by: questions.map((one) => name(found.get(one)?.candidate)), renders: changes.length, changes };
}

const valuesOf = ({ values }: Change): JsonMap => ({ a: values.a ?? 1, b: values.b ?? 1 });

describe('trials', () => {
  test('share a render', async () => {
    const { by, renders } = await proved([question('a', key('a', 2)), question('b', key('b', 2))], valuesOf);
    expect([by, renders]).toEqual([['a', 'b'], 1]);
  });

  test('go on to the next candidate when the field does not show the change', async () => {
    const { by, renders } = await proved([question('a', key('b', 2), key('a', 2))], valuesOf);
    expect([by, renders]).toEqual([['a'], 2]);
  });

  test('that set one key to different values do not share a render', async () => {
    const asked = [question('a', key('a', 2)), question('a', key('a', 3))];
    const { by, changes } = await proved(asked, valuesOf);
    expect([by, changes.map(({ values }) => values.a)]).toEqual([
      ['a', 'a'],
      [2, 3],
    ]);
  });

  test('of templates and values share a render', async () => {
    const { by, renders } = await proved(
      [question('a', key('a', 2)), question('b', line(7, 5))],
      ({ values, templates }) => ({
        a: values.a ?? 1,
        b: templates[0]?.value ?? 1,
      }),
    );
    expect([by, renders]).toEqual([['a', 'line 7'], 1]);
  });

  test('that fail together are tried apart, what the tool names first', async () => {
    const asked = [question('a', key('a', 2)), question('b', line(7, 5))];
    const { by, renders } = await proved(asked, (change) =>
      change.templates.length > 0 ? 'Error: app/templates/a.yaml: bad' : valuesOf(change),
    );
    expect([by, renders]).toEqual([['a', ''], 3]);
  });

  test('are not believed of a guess when another like it could have done it', async () => {
    // Both containers' fields are set by b alone.
    const [resource] = object({ list: [{ a: 1 }, { a: 1 }] });
    const asked = [key('a', 2, false), key('b', 2, false)].map((candidate, index) => ({
      ...question('a', candidate),
      resource: resource!,
      path: ['spec', 'list', index, 'a'],
    }));
    const { by } = await proved(asked, ({ values }) => ({ list: [{ a: values.b ?? 1 }, { a: values.b ?? 1 }] }));
    expect(by).toEqual(['', 'b']);
  });

  test('that another one of their render hides get a second chance', async () => {
    const asked = [question('a', line(7, 5)), question('b', key('b', 2))];
    const { by } = await proved(asked, ({ values, templates }) =>
      values.b === 2 ? { a: 1, b: 2 } : { a: templates[0]?.value ?? 1, b: 1 },
    );
    expect(by).toEqual(['line 7', 'b']);
  });

  test('keep the other items of a list', async () => {
    const item: Candidate = { ...(key('list', 5) as Extract<Candidate, { by: 'values' }>), trial: ['list', 1, 'x'] };
    const { changes } = await proved([question('a', item)], ({ values }) => ({ a: JSON.stringify(values) }));
    expect(changes[0]!.values).toEqual({ list: [{ x: 1 }, { x: 5 }] });
  });

  test('end with the budget', async () => {
    const asked = Array.from({ length: 9 }, (_, index) => question('a', key('a', index + 2)));
    expect((await proved(asked, valuesOf, 3)).renders).toBe(3);
  });
});
