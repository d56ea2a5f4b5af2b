import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Path } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { unpack } from '../../src/render/helm/package.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Fault } from '../../src/render/renderer.ts';
import { rendererOf } from '../../src/render/renderers.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { defaultSettings } from '../../src/settings.ts';
import { dig } from '../../src/subjects/values.ts';
import { memoryTree } from '../support/memory-tree.ts';
import { tgz } from '../support/tgz.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  ({ sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' }));
});

type Files = Record<string, string | Buffer>;

const subchart: Record<string, string> = {
  'Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 2.0.0\n',
  'values.yaml': 'hostPort: 6379\nimage: cache:1\nsecurityContext: {}\n',
  'templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: cache }
spec:
  hostPID: true
  containers:
    - name: cache
      image: {{ .Values.image }}
      securityContext: {{- toYaml .Values.securityContext | nindent 8 }}
      ports:
        - containerPort: 6379
          hostPort: {{ .Values.hostPort }}
`,
};

const below = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(subchart).map(([path, text]) => [`${folder}/${path}`, text]));

const parent = (values: string): Files => ({
  'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - name: other
    version: 1.0.0
    repository: https://charts.example.com
    condition: other.enabled
  - name: cache
    alias: store
    version: 2.0.0
    repository: https://charts.example.com
`,
  'values.yaml': `other: { enabled: false }\n${values}`,
  'charts/other/Chart.yaml': 'apiVersion: v2\nname: other\nversion: 1.0.0\n',
});

const packed = { 'charts/cache-2.0.0.tgz': tgz(below('cache')) };

async function traced(files: Files, path: Path, variant = '', fault?: Fault, budget = 100) {
  const tree = memoryTree(files);
  const { units } = await discoverUnits(tree, 'all', defaultSettings);
  const unit = units.find((one) => one.variant === variant)!;
  let left = budget;
  const proofs = { take: () => left-- > 0 };
  const context = { tree, sandbox, kubeVersion: '1.35.0', apiVersions: [], proofs };
  const rendered = await rendererOf(unit).render(unit, context);
  const pod = rendered.resources.find(({ kind }) => kind === 'Pod')!;
  const { file, span, precision, trail } = await rendered.trace(pod, path, fault);
  return {
    at: `${file}:${span.startLine}`,
    precision,
    trail: trail.map((step) => `${step.label} ${step.file}:${step.span.startLine}`),
  };
}

const hostPort: Path = ['spec', 'containers', 0, 'ports', 0, 'hostPort'];

describe('a field of a packaged dependency', () => {
  test('is the parent’s key that sets it', async () => {
    expect(await traced({ ...parent('store:\n  hostPort: 1\n'), ...packed }, hostPort)).toMatchObject({
      at: 'values.yaml:3',
      precision: 'verified',
    });
  });

  test('that its own defaults set is the parent’s mapping into which the override goes', async () => {
    expect(await traced({ ...parent('store:\n  image: cache:2\n'), ...packed }, hostPort)).toMatchObject({
      at: 'values.yaml:2',
      precision: 'verified',
      trail: [
        'default of the dependency cache charts/cache-2.0.0.tgz:1',
        expect.stringContaining('charts/cache/templates/pod.yaml:12 in the package charts/cache-2.0.0.tgz:1'),
      ],
    });
  });

  test('that is missing is the parent’s mapping that the dependency’s empty one is merged with', async () => {
    const path: Path = ['spec', 'containers', 0, 'securityContext', 'runAsNonRoot'];
    expect(await traced({ ...parent('store:\n  securityContext: {}\n'), ...packed }, path)).toMatchObject({
      at: 'values.yaml:3',
      precision: 'verified',
    });
  });

  test('that no value reaches is the dependency’s entry, and never a line of the package', async () => {
    expect(await traced({ ...parent(''), ...packed }, ['spec', 'hostPID'])).toMatchObject({
      at: 'Chart.yaml:9',
      precision: 'nearest',
      trail: [
        'no value of this chart reaches it: comes with the dependency cache Chart.yaml:9',
        expect.stringContaining('templates/pod.yaml:5 in the package charts/cache-2.0.0.tgz:1'),
      ],
    });
  });
});

describe('a field of an unpacked dependency', () => {
  test('that its own defaults set is overridden in the parent', async () => {
    expect(await traced({ ...parent('store: {}\n'), ...below('charts/cache') }, hostPort)).toMatchObject({
      at: 'values.yaml:2',
      precision: 'verified',
      trail: [
        'default of the dependency cache charts/cache/values.yaml:1',
        expect.stringContaining('charts/cache/templates/pod.yaml:12'),
      ],
    });
  });

  test('that no value reaches is its template line, and the trail names the dependency', async () => {
    expect(await traced({ ...parent(''), ...below('charts/cache') }, ['spec', 'hostPID'])).toMatchObject({
      at: 'charts/cache/templates/pod.yaml:5',
      trail: ['no value of this chart reaches it: comes with the dependency cache Chart.yaml:9'],
    });
  });
});

describe('a default that a values file may override', () => {
  test('is the place, and the trail names where the file would override it', async () => {
    const files = { ...subchart, 'values-prod.yaml': 'image: cache:3\n' };
    expect(await traced(files, hostPort, 'values-prod.yaml')).toMatchObject({
      at: 'values.yaml:1',
      precision: 'verified',
      trail: ['can be overridden here values-prod.yaml:1', expect.stringContaining('templates/pod.yaml:12')],
    });
  });
});

describe('a trial', () => {
  const fault = (gone: (port: unknown) => boolean, value?: number): Fault => ({
    edits: value === undefined ? [] : [{ op: 'set', path: hostPort, value }],
    join: false,
    status: (after) => (gone(dig(after.find(({ kind }) => kind === 'Pod')?.manifest, ...hostPort)) ? 'gone' : 'there'),
  });

  test('sets the value of the fix, and the finding says whether that mends it', async () => {
    expect(
      await traced(
        subchart,
        hostPort,
        '',
        fault((port) => port === 7, 7),
      ),
    ).toMatchObject({
      at: 'values.yaml:1',
      precision: 'verified',
    });
  });

  test('that changes the field but not the finding leaves the place exact', async () => {
    expect(
      await traced(
        subchart,
        hostPort,
        '',
        fault(() => false),
      ),
    ).toMatchObject({
      at: 'values.yaml:1',
      precision: 'exact',
    });
  });

  test('is not made when the budget is spent', async () => {
    const spent = await traced(subchart, hostPort, '', undefined, 0);
    expect(spent).toMatchObject({ at: 'templates/pod.yaml:12', precision: 'exact' });
  });
});

describe('a package', () => {
  test('gives its files', () => {
    const files = unpack(tgz({ 'a/x.yaml': 'one', 'a/b/y.yaml': 'two' }), 1e6);
    expect([...files!].map(([path, bytes]) => [path, bytes.toString()])).toEqual([
      ['a/x.yaml', 'one'],
      ['a/b/y.yaml', 'two'],
    ]);
  });

  test('puts nothing outside its folder', () => {
    const names = ['../x', '/etc/x', 'a/../../x', 'x', 'a//x', 'a/./x', 'a\\..\\x'];
    expect(unpack(tgz(Object.fromEntries(names.map((name) => [name, 'bad']))), 1e6)?.size).toBe(0);
  });

  test('that unpacks to more than it may is left alone', () => {
    const bomb = tgz({ 'a/x.yaml': 'x'.repeat(1e6) });
    expect(bomb.length).toBeLessThan(1e4);
    expect(unpack(bomb, 1e5)).toBeUndefined();
    expect(unpack(bomb, 0)).toBeUndefined();
  });

  test('of any bytes never throws', () => {
    const whole = tgz({ 'a/x.yaml': 'one' });
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(whole.length - 1), fc.nat(255), (bytes, at, byte) => {
        unpack(Buffer.from(bytes), 1e6);
        const broken = Buffer.from(whole);
        broken[at] = byte;
        unpack(broken, 1e6);
      }),
    );
  });
});
