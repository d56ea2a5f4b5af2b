import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareFindings, compareUnits, rawFindings, type RawFinding } from '../../src/analyze/compare.ts';
import { conclude } from '../../src/analyze/conclude.ts';
import { fingerprint, stablePath } from '../../src/analyze/fingerprint.ts';
import { imageChanges } from '../../src/analyze/images.ts';
import { mergeFindings } from '../../src/analyze/merge.ts';
import { objectDiffs } from '../../src/analyze/object-diff.ts';
import { judge, runChecks } from '../../src/analyze/run.ts';
import { waive, type WaiverSources } from '../../src/analyze/waive.ts';
import { defineCheck, dig, type Check, type Severity } from '../../src/check.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Finding, PlainUnit, Precision, Resource } from '../../src/model.ts';

const unit = (root = 'apps', variant = ''): PlainUnit => ({
  kind: 'plain',
  id: `plain:${root}${variant && `@${variant}`}`,
  root,
  variant,
  because: [],
  files: [],
});

function read(text: string, id = 'plain:apps'): Resource[] {
  let firstIndex = 0;
  return parseManifests(text).documents.flatMap((document) => {
    const found = resourcesOf(document, { unit: id, namespace: '', origin: { file: 'a.yaml' }, firstIndex });
    firstIndex += found.length;
    return found;
  });
}

const pod = (containers: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web${more}}\nspec: {hostNetwork: true, containers: [${containers}]}\n`;

function check(
  id: string,
  on: 'container' | 'pod',
  run: (spec: unknown) => boolean,
  suppressedBy: string[] = [],
): Check {
  const common = {
    id,
    title: id,
    category: 'pod-security' as const,
    severity: 'high' as const,
    default: 'on' as const,
    why: 'w',
    remedy: 'r',
    suppressedBy,
    peers: {
      checkov: ['CKV_1'],
      trivy: ['KSV-0017'],
      'kube-linter': ['linted'],
      kubescape: ['C-0057'],
      polaris: ['runAs'],
      'kube-score': ['scored'],
    },
  };
  if (on === 'pod')
    return defineCheck({
      ...common,
      on,
      *run(subject) {
        if (run(subject.spec)) yield { at: [...subject.path, 'hostNetwork'], message: id };
      },
    });
  return defineCheck({
    ...common,
    on,
    *run(subject) {
      if (run(subject.spec)) yield { at: [...subject.path, 'image'], message: `${id} ${subject.name}` };
    },
  });
}

const always = check('always', 'container', () => true);
const kubeVersion = { major: 1, minor: 37 };
const ids = (found: { check: Check }[]): string[] => found.map((one) => one.check.id);

describe('judge', () => {
  test('a check that throws on one object is a problem and hides nothing', () => {
    const fragile = check('fragile', 'container', (spec) => {
      if (dig(spec as never, 'name') === 'b') throw new TypeError('hunter2');
      return true;
    });
    const { found, problems } = judge(read(pod('{name: a}, {name: b}, {name: c}')), {
      checks: [fragile, always],
      kubeVersion,
    });
    expect(ids(found).sort()).toEqual(['always', 'always', 'always', 'fragile', 'fragile']);
    expect(problems).toEqual([expect.objectContaining({ code: 'check-failed', unit: 'plain:apps', file: 'a.yaml' })]);
    expect(problems[0]!.message).toBe('The check fragile failed on Pod web (TypeError).');
  });

  test('only the given resources are judged, the context is there for joins', () => {
    const joins: Check = {
      ...always,
      id: 'joins',
      on: 'workloads',
      *run(set) {
        for (const one of set.pods) yield { resource: one.resource, at: [], message: `${set.pods.length}` };
      },
    };
    const found = runChecks(read(pod('{name: a}')), {
      checks: [always, joins],
      kubeVersion,
      context: read(pod('{name: b}', '2')),
    });
    expect(found.map(({ violation }) => violation.message)).toEqual(['always a', '2']);
  });

  test('a finding is left out over chains, by the pod for its containers, and not across containers', () => {
    const first = check('first', 'container', (spec) => dig(spec as never, 'name') === 'a', ['second']);
    const second = check('second', 'container', () => true, ['third']);
    const third = check('third', 'container', (spec) => dig(spec as never, 'name') === 'a');
    const resources = read(pod('{name: a}, {name: b}'));
    const messages = judge(resources, { checks: [first, second, third], kubeVersion }).found.map(
      ({ violation }) => violation.message,
    );
    expect(messages).toEqual(['second b', 'third a']);
    const whole = check('whole', 'pod', () => true);
    expect(
      ids(judge(resources, { checks: [check('part', 'container', () => true, ['whole']), whole], kubeVersion }).found),
    ).toEqual(['whole']);
  });

  test('findings that suppress one another in a circle leave one', () => {
    const [a, b] = [check('a', 'container', () => true, ['b']), check('b', 'container', () => true, ['a'])];
    expect(ids(judge(read(pod('{name: x}')), { checks: [a, b], kubeVersion }).found)).toHaveLength(1);
  });
});

describe('fingerprint', () => {
  const of = (text: string, path: (string | number)[], root = 'apps'): string =>
    fingerprint('c', unit(root), read(text)[0]!, path);

  test('survives list positions, API versions and variants, and tells objects, units and checks apart', () => {
    const one = of(pod('{name: a}, {name: b}'), ['spec', 'containers', 1, 'image']);
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(of(pod('{name: b}, {name: a}'), ['spec', 'containers', 0, 'image'])).toBe(one);
    expect(of(pod('{name: a}, {name: b}'), ['spec', 'containers', 0, 'image'])).not.toBe(one);
    expect(of(pod('{name: a}, {name: b}', '2'), ['spec', 'containers', 1, 'image'])).not.toBe(one);
    expect(of(pod('{name: a}, {name: b}'), ['spec', 'containers', 1, 'image'], 'other')).not.toBe(one);
  });

  test('different paths of one object never share a fingerprint', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ name: fc.constantFrom('a', 'b'), port: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: [] }),
          { minLength: 1, maxLength: 6 },
        ),
        (items) => {
          const labels = items.map((_, index) => JSON.stringify(stablePath({ items }, ['items', index])));
          expect(new Set(labels).size).toBe(items.length);
        },
      ),
    );
  });
});

describe('compare', () => {
  const raw = (text: string, where = unit()): RawFinding[] =>
    rawFindings(runChecks(read(text), { checks: [always], kubeVersion }), where);

  test('introduced, existing and fixed, whatever the order', () => {
    const compared = compareFindings(raw(pod('{name: a}, {name: b}')), raw(pod('{name: c}, {name: b}')));
    expect(compared.map(({ message, status }) => [message, status])).toEqual([
      ['always c', 'introduced'],
      ['always b', 'existing'],
      ['always a', 'fixed'],
    ]);
  });

  test('head counts as introduced plus existing, base as existing plus fixed', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 });
    fc.assert(
      fc.property(names, names, (before, after) => {
        const make = (list: string[]): RawFinding[] =>
          list.map((id) => ({ ...raw(pod('{name: x}'))[0]!, fingerprint: id }));
        const count = (status: string): number =>
          compareFindings(make(before), make(after)).filter((one) => one.status === status).length;
        expect(count('introduced') + count('existing')).toBe(after.length);
        expect(count('existing') + count('fixed')).toBe(before.length);
        expect(compareFindings(make(before), make(before)).every(({ status }) => status === 'existing')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  const side = (where: PlainUnit, status: 'rendered' | 'failed' = 'rendered') => ({
    unit: where,
    status,
    findings: status === 'rendered' ? raw(pod('{name: a}'), where) : [],
  });
  const statuses = (...args: Parameters<typeof compareUnits>): string[] =>
    compareUnits(...args).findings.map(({ status }) => status);

  test('a new unit introduces all, a deleted one fixes all, a moved one changes nothing', () => {
    expect(statuses([], [side(unit())], [])).toEqual(['introduced']);
    expect(statuses([side(unit())], [], [])).toEqual(['fixed']);
    const moved = [{ path: 'new/a.yaml', from: 'old/a.yaml', status: 'renamed' as const }];
    expect(statuses([side(unit('old'))], [side(unit('new'))], moved)).toEqual(['existing']);
    expect(statuses([side(unit('old'))], [side(unit('new'))], [])).toEqual(['introduced', 'fixed']);
  });

  test('without a base render only what the diff wrote is new, and a notice says so', () => {
    const compared = compareUnits([side(unit(), 'failed')], [side(unit())], []);
    expect(compared.findings.map(({ status }) => status)).toEqual(['existing']);
    expect(compared.notices).toEqual([expect.objectContaining({ code: 'incomparable', unit: 'plain:apps' })]);
    expect(statuses([side(unit(), 'failed')], [side(unit())], [], () => true)).toEqual(['introduced']);
  });

  test('a head that did not render fixes nothing', () => {
    expect(statuses([side(unit())], [side(unit(), 'failed')], [])).toEqual([]);
  });

  const placed = (variant: string, line: number, precision: Precision, severity: Severity = 'high') => ({
    ...raw(pod('{name: a}'), unit('apps', variant))[0]!,
    severity,
    status: 'introduced' as const,
    location: {
      file: 'base.yaml',
      span: { startLine: line, startColumn: 1, endLine: line, endColumn: 2 },
      precision,
      trail: [],
    },
  });

  test('one line that several variants show is one finding, two lines are two', () => {
    const merged = mergeFindings([
      placed('dev', 3, 'exact', 'low'),
      placed('prod', 3, 'exact'),
      placed('prod', 9, 'exact'),
    ]);
    expect(merged.map(({ variants, severity }) => [variants, severity])).toEqual([
      [['plain:apps@dev', 'plain:apps@prod'], 'high'],
      [['plain:apps@prod'], 'high'],
    ]);
  });

  test('two objects of one unit stay two findings', () => {
    expect(mergeFindings([placed('dev', 3, 'exact'), placed('dev', 3, 'exact')])).toHaveLength(2);
  });
});

describe('waive', () => {
  const finding = (more: Partial<Finding> = {}): Finding => ({
    fingerprint: '0'.repeat(32),
    check: 'always',
    severity: 'high',
    message: 'm',
    status: 'introduced',
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'web' },
    unit: 'helm:charts/api@prod',
    variants: [],
    path: [],
    location: {
      file: 'charts/api/a.yaml',
      span: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 2 },
      precision: 'exact',
      trail: [],
    },
    ...more,
  });
  const sources = (more: Partial<WaiverSources> = {}): WaiverSources => ({
    settings: [],
    today: '2026-06-30',
    checks: [always],
    baseObject: () => undefined,
    headLines: () => undefined,
    baseLines: () => undefined,
    ...more,
  });
  const setting = { check: 'alw*', resource: 'Pod/we*', path: 'charts/**', reason: 'because', line: 7 };

  test('settings match by globs, hold through their last day, and are reported when over or unused', () => {
    const held = waive([finding()], sources({ settings: [{ ...setting, owner: 'me', until: '2026-06-30' }] }));
    expect(held.findings[0]!.waiver).toEqual({
      reason: 'because',
      owner: 'me',
      until: '2026-06-30',
      source: 'settings',
    });
    expect(held.notices).toEqual([]);
    const over = waive([finding()], sources({ settings: [{ ...setting, until: '2026-06-29' }] }));
    expect(over.findings[0]!.waiver).toBeUndefined();
    expect(over.notices.map(({ code }) => code)).toEqual(['waiver-expired']);
    for (const other of [{ resource: 'Pod/other/web' }, { path: 'apps/**' }, { check: 'x' }]) {
      const { findings, notices } = waive([finding()], sources({ settings: [{ ...setting, ...other }] }));
      expect(findings[0]!.waiver).toBeUndefined();
      expect(notices.map(({ code }) => code)).toEqual(['waiver-unused']);
    }
  });

  test.each([
    ['plimsoll.dev/waive.always', 'why', 'why'],
    ['checkov.io/skip1', 'CKV_1=why', 'why'],
    ['ignore-check.kube-linter.io/linted', 'why', 'why'],
    ['kube-score/ignore', 'other,scored', 'No reason given.'],
    ['polaris.fairwinds.com/runAs-exempt', 'true', 'No reason given.'],
    ['polaris.fairwinds.com/exempt', 'true', 'No reason given.'],
    ['kubescape.io/skip-C-0057', 'true', 'No reason given.'],
  ])('the annotation %s of the base waives', (key, value, reason) => {
    const baseObject = () => ({ metadata: { annotations: { [key]: value } } });
    expect(waive([finding()], sources({ baseObject })).findings[0]!.waiver).toEqual({
      reason,
      source: `annotation ${key}`,
    });
    expect(waive([finding()], sources()).findings[0]!.waiver).toBeUndefined();
  });

  test.each([
    ['polaris.fairwinds.com/exempt', 'false'],
    ['plimsoll.dev/waive.always', ' '],
    ['checkov.io/skip1', 'CKV_2=why'],
  ])('the annotation %s: %s waives nothing', (key, value) => {
    const baseObject = () => ({ metadata: { annotations: { [key]: value } } });
    expect(waive([finding()], sources({ baseObject })).findings[0]!.waiver).toBeUndefined();
  });

  test('a comment counts when it stood at the same code in the base', () => {
    const head = ['# plimsoll: waive always -- known', 'privileged: true'];
    const at = (base: string[]) =>
      waive([finding()], sources({ headLines: () => head, baseLines: () => base })).findings[0]!.waiver;
    expect(at(['x: 1', ...head])).toEqual({ reason: 'known', source: 'comment plimsoll: waive' });
    expect(at(['privileged: true'])).toBeUndefined();
    expect(at([head[0]!, 'other: true', 'privileged: true'])).toBeUndefined();
    const trivy = ['', 'privileged: true # trivy:ignore:AVD-KSV-0017:exp:2026-07-01'];
    const both = sources({ headLines: () => trivy, baseLines: () => trivy });
    expect(waive([finding()], both).findings[0]!.waiver).toMatchObject({ until: '2026-07-01' });
    expect(waive([finding()], { ...both, today: '2026-07-02' }).findings[0]!.waiver).toBeUndefined();
  });
});

describe('deltas', () => {
  test('images that came, went and changed', () => {
    const changes = imageChanges(
      read(pod('{name: a, image: a:1}, {name: b, image: b:1}')),
      read(pod('{name: c, image: c:1}, {name: a, image: a:2}')),
    );
    expect(changes.map(({ container, before, after }) => [container, before, after])).toEqual([
      ['c', undefined, 'c:1'],
      ['a', 'a:1', 'a:2'],
      ['b', 'b:1', undefined],
    ]);
  });

  const secret = (value: string): Resource[] =>
    read(`apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: ${value}}\n`);

  test('a changed Secret is named and its values are not shown', () => {
    const { diffs } = objectDiffs(secret('hunter2'), secret('hunter3'));
    expect(diffs).toMatchObject([{ change: 'changed', diff: 'Only secret values differ; they are not shown.' }]);
    expect(JSON.stringify(objectDiffs([], secret('hunter2')))).not.toContain('hunter2');
  });

  test('what differs between two renders of one commit is masked', () => {
    const map = (random: string, fixed: string): Resource[] =>
      read(`kind: ConfigMap\nmetadata: {name: m}\ndata: {r: ${random}, f: ${fixed}}\n`);
    expect(objectDiffs(map('aaa', 'x'), map('bbb', 'x'), { again: map('ccc', 'x') }).diffs).toEqual([]);
    const [diff] = objectDiffs(map('aaa', 'x'), map('bbb', 'z'), { again: map('ccc', 'z') }).diffs;
    expect(diff!.diff).toContain('-  f: x\n+  f: z');
    expect(diff!.diff).not.toMatch(/aaa|bbb|ccc/);
  });

  test('long diffs are cut at whole objects and counted', () => {
    const many = read(Array.from({ length: 10 }, (_, index) => pod(`{name: a${index}}`, String(index))).join('---\n'));
    const { diffs, omitted } = objectDiffs([], many, { limit: 400 });
    expect(diffs.length).toBeGreaterThan(0);
    expect(diffs.length + omitted).toBe(10);
  });
});

describe('conclude', () => {
  const introduced = { status: 'introduced' as const, severity: 'high' as const };
  const problem = { code: 'render-failed', message: 'm', hint: 'h' };
  const of = (more: Partial<Parameters<typeof conclude>[0]>): string =>
    conclude({ findings: [], problems: [], units: [{ status: 'rendered' }], failOn: 'high', ...more });

  test('introduced findings at or over the limit fail, others do not', () => {
    expect(of({ findings: [introduced] })).toBe('failure');
    expect(of({ findings: [introduced], failOn: 'critical' })).toBe('success');
    expect(of({ findings: [introduced], failOn: 'none' })).toBe('success');
    expect(of({ findings: [{ ...introduced, waiver: { reason: 'r', source: 'settings' } }] })).toBe('success');
    expect(of({ findings: [{ ...introduced, status: 'existing' }] })).toBe('success');
  });

  test('nothing unjudged is green', () => {
    expect(of({ problems: [problem], failOn: 'none' })).toBe('failure');
    expect(of({ units: [{ status: 'failed' }] })).toBe('failure');
    expect(of({ units: [] })).toBe('neutral');
    expect(of({ problems: [{ ...problem, code: 'settings-invalid' }] })).toBe('action_required');
    expect(of({ problems: [{ ...problem, side: 'base' }] })).toBe('success');
  });
});
