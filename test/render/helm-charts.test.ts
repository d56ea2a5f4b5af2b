import { beforeAll, describe, expect, test } from '@jest/globals';
import { PlimsollError } from '../../src/errors.ts';
import type { Change, Path } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import { readsOf } from '../../src/render/reads.ts';
import type { Rendered } from '../../src/render/renderer.ts';
import { rendererOf } from '../../src/render/renderers.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { defaultSettings } from '../../src/settings.ts';
import { dig } from '../../src/subjects/values.ts';
import { memoryTree } from '../support/memory-tree.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  ({ sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' }));
});

type Files = Record<string, string>;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-web
  labels:
    namespace: {{ .Release.Namespace }}
    tier: {{ .Values.tier }}
spec:
  containers:
    - name: web
      image: {{ .Values.image }}
      securityContext:
        privileged: {{ .Values.privileged }}
`;

const chart = (folder: string, more: Files = {}): Files => ({
  [`${folder}/Chart.yaml`]: 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  [`${folder}/values.yaml`]: 'image: web:1\nprivileged: false\ntier: chart\n',
  [`${folder}/templates/pod.yaml`]: pod,
  ...more,
});

const kustomization = (entry: string, more = ''): Files => ({ 'k/kustomization.yaml': `helmCharts:\n${entry}${more}` });

async function render(files: Files, root = 'k'): Promise<Rendered> {
  const tree = memoryTree(files);
  const { units } = await discoverUnits(tree, 'all', defaultSettings);
  const unit = units.find((one) => one.root === root)!;
  return rendererOf(unit).render(unit, { tree, sandbox, kubeVersion: '1.35.0', apiVersions: [] });
}

async function failure(files: Files): Promise<PlimsollError> {
  const error: unknown = await render(files).then(
    () => new Error('it rendered'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PlimsollError) return error;
  throw error;
}

const podOf = ({ resources }: Rendered) => resources.find(({ kind }) => kind === 'Pod')!;

const image: Path = ['spec', 'containers', 0, 'image'];
const privileged: Path = ['spec', 'containers', 0, 'securityContext', 'privileged'];
const tier: Path = ['metadata', 'labels', 'tier'];

describe('a chart of helmCharts that is in the repository', () => {
  test('is rendered with its release and values, and its objects pass through the kustomization', async () => {
    const rendered = await render({
      ...kustomization(
        '  - name: web\n    releaseName: shop\n    namespace: front\n    valuesFile: values.yaml\n    valuesInline: {image: "web:3"}\n',
        'resources: [map.yaml]\nnamePrefix: a-\nimages: [{name: web, newTag: "9"}]\n',
      ),
      'k/values.yaml': 'image: web:2\nprivileged: true\n',
      'k/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n',
      ...chart('k/charts/web'),
    });
    expect(rendered.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['ConfigMap a-m', 'Pod a-shop-web']);
    const { manifest, origin } = podOf(rendered);
    expect(dig(manifest, 'metadata', 'labels')).toEqual({ namespace: 'front', tier: 'chart' });
    expect(dig(manifest, ...image)).toBe('web:9');
    expect(dig(manifest, ...privileged)).toBe(true);
    expect(origin.file).toBe('k/kustomization.yaml');
    expect(rendered.problems).toEqual([]);
  });

  test.each([
    ['', 'inline'],
    ['    valuesMerge: override\n', 'inline'],
    ['    valuesMerge: merge\n', 'file'],
    ['    valuesMerge: replace\n', 'inline'],
    ['    additionalValuesFiles: [more.yaml]\n', 'more'],
  ])('takes its values in the order of kustomize (%j)', async (more, expected) => {
    const rendered = await render({
      ...kustomization(`  - name: web\n    valuesFile: values.yaml\n    valuesInline: {tier: inline}\n${more}`),
      'k/values.yaml': 'tier: file\n',
      'k/more.yaml': 'tier: more\n',
      ...chart('k/charts/web'),
    });
    expect(dig(podOf(rendered).manifest, ...tier)).toBe(expected);
  });

  test('leaves out CRDs unless they are asked for, and hooks when told', async () => {
    const more = {
      'k/charts/web/crds/a.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n',
      'k/charts/web/templates/hook.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n',
    };
    const kinds = async (options: string): Promise<string[]> => {
      const { resources } = await render({
        ...kustomization(`  - name: web\n${options}`),
        ...chart('k/charts/web', more),
      });
      return resources.map(({ kind }) => kind).sort();
    };
    expect(await kinds('')).toEqual(['Job', 'Pod']);
    expect(await kinds('    includeCRDs: true\n    skipHooks: true\n')).toEqual(['CustomResourceDefinition', 'Pod']);
  });

  test('is found under chartHome, and in the folder of name and version', async () => {
    const home = {
      ...kustomization('  - name: web\n', 'helmGlobals: {chartHome: ../vendor}\n'),
      ...chart('vendor/web'),
    };
    expect((await render(home)).resources).toHaveLength(1);
    const pulled = '  - name: web\n    repo: https://charts.example.com\n    version: 1.2.3\n';
    for (const folder of ['k/charts/web-1.2.3/web', 'k/charts/web'])
      expect((await render({ ...kustomization(pulled), ...chart(folder) })).resources).toHaveLength(1);
  });

  test('keeps the origin that the author asked for, in the words of kustomize', async () => {
    const files = {
      ...kustomization('  - name: web\n', 'buildMetadata: [originAnnotations]\n'),
      ...chart('k/charts/web'),
    };
    const { manifest } = podOf(await render(files));
    const told = dig(manifest, 'metadata', 'annotations', 'config.kubernetes.io/origin');
    expect(told).toBe(
      'configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n',
    );
  });

  test('of a base is rendered once and reaches every overlay', async () => {
    const { resources } = await render(
      {
        ...kustomization('  - name: web\n'),
        ...chart('k/charts/web'),
        'prod/kustomization.yaml': 'resources: [../k]\nnameSuffix: -prod\n',
      },
      'prod',
    );
    expect(resources.map(({ name }) => name)).toEqual(['web-web-prod']);
  });
});

describe('a chart of helmCharts is refused', () => {
  test('when it is not in the repository, with name, version and where to vendor it', async () => {
    const error = await failure(
      kustomization('  - name: redis\n    repo: https://u:p@charts.example.com\n    version: 1.2.3\n'),
    );
    expect(error.toProblem()).toEqual({
      code: 'kustomize-helm-charts',
      message:
        'The chart "redis" 1.2.3 of "https://charts.example.com" in helmCharts is not in the repository, and nothing is fetched while rendering.',
      hint: 'Vendor it: commit the unpacked chart to k/charts/redis-1.2.3/redis.',
      file: 'k/kustomization.yaml',
      line: 2,
    });
  });

  test('when another version of it is there', async () => {
    const entry = '  - name: web\n    repo: https://charts.example.com\n    version: 2.0.0\n';
    const error = await failure({ ...kustomization(entry), ...chart('k/charts/web') });
    expect(error.message).toContain('wants version 2.0.0');
    expect(error.message).toContain('k/charts/web is version 1.2.3');
  });

  test.each([
    ['name: --post-renderer=/bin/sh', 'kustomize-helm-charts', 2],
    ['name: ../charts/web', 'kustomize-helm-charts', 2],
    ['{name: web, releaseName: --post-renderer=/bin/sh}', 'release-name-invalid', 2],
    ['{name: web, namespace: --kubeconfig=x}', 'namespace-invalid', 2],
    ['{name: web, kubeVersion: --debug}', 'kube-version-invalid', 2],
    ['{name: web, apiVersions: [--validate]}', 'api-version-invalid', 2],
    ['{name: web, nameTemplate: x}', 'kustomize-helm-charts', 2],
    ['{name: web, valuesMerge: other}', 'kustomize-helm-charts', 2],
  ])('when something in it could be read as an option or is not supported: %s', async (entry, code, line) => {
    const error = await failure({ ...kustomization(`  - ${entry}\n`), ...chart('k/charts/web') });
    expect(error).toMatchObject({ code, file: 'k/kustomization.yaml', line });
  });

  test('when kustomize fails on what it renders, without a name of our own', async () => {
    const error = await failure({
      ...kustomization('  - name: web\n'),
      ...chart('k/charts/web', { 'k/charts/web/templates/bad.yaml': 'metadata: {name: x}\n' }),
    });
    expect(error.code).toBe('kustomize-failed');
    expect(error.message).toContain('the chart web of helmCharts');
    expect(JSON.stringify(error.toProblem())).not.toContain('helm-chart-');
  });
});

describe('the units', () => {
  const files: Files = {
    ...kustomization('  - name: web\n    valuesFile: values.yaml\n'),
    'k/values.yaml': 'tier: file\n',
    ...chart('k/charts/web'),
  };
  const found = async (path?: string): Promise<string[]> => {
    const changes: Change[] | 'all' = path === undefined ? 'all' : [{ path, status: 'modified' }];
    return (await discoverUnits(memoryTree(files), changes, defaultSettings)).units.map(({ id }) => id);
  };

  test('hold the kustomization, and not the chart alone', async () => {
    for (const path of [undefined, 'k/charts/web/templates/pod.yaml', 'k/values.yaml', 'k/kustomization.yaml'])
      expect(await found(path)).toEqual(['kustomize:k']);
  });

  test('hold the chart too when the settings name its releases', async () => {
    const settings = {
      ...defaultSettings,
      helm: {
        ...defaultSettings.helm,
        charts: [{ path: 'k/charts/web', releases: [{ variant: '', name: 'r', namespace: 'n', values: [] }] }],
      },
    };
    const { units } = await discoverUnits(memoryTree(files), 'all', settings);
    expect(units.map(({ kind }) => kind)).toEqual(['helm', 'kustomize']);
  });

  test('read the files of the chart and its values', async () => {
    const tree = memoryTree(files);
    const { units } = await discoverUnits(tree, 'all', defaultSettings);
    const reads = await readsOf(units[0]!, tree);
    expect(['k/charts/web/templates/pod.yaml', 'k/values.yaml', 'other.yaml'].map(reads)).toEqual([true, true, false]);
  });
});

describe('a field of an inflated chart', () => {
  const entry = '  - name: web\n    valuesFile: values.yaml\n    valuesInline:\n      image: web:3\n';
  const files = (more = '', extra: Files = {}): Files => ({
    ...kustomization(entry, more),
    'k/values.yaml': 'privileged: true\n',
    ...chart('k/charts/web'),
    ...extra,
  });
  const traced = async (all: Files, path: Path) => {
    const rendered = await render(all);
    const { file, span, precision, trail } = await rendered.trace(podOf(rendered), path);
    for (const one of [file, ...trail.map((step) => step.file)]) expect(Object.keys(all)).toContain(one);
    return {
      at: `${file}:${span.startLine}`,
      precision,
      trail: trail.map((step) => `${step.file}:${step.span.startLine}`),
    };
  };

  test('leads to the values file that the entry names', async () => {
    expect(await traced(files(), privileged)).toEqual({
      at: 'k/values.yaml:1',
      precision: 'exact',
      trail: ['k/charts/web/templates/pod.yaml:13', 'k/kustomization.yaml:2'],
    });
  });

  test('leads to the key in valuesInline', async () => {
    expect(await traced(files('namePrefix: a-\n'), image)).toMatchObject({
      at: 'k/kustomization.yaml:5',
      precision: 'exact',
    });
  });

  test('leads to the template for what it writes itself', async () => {
    const found = await traced(files(), ['spec', 'containers', 0, 'name']);
    expect(found).toMatchObject({ at: 'k/charts/web/templates/pod.yaml:10', precision: 'exact' });
  });

  test('leads to a patch that sets it, and the trail names the entry', async () => {
    const patch =
      'patches:\n  - patch: |\n      apiVersion: v1\n      kind: Pod\n      metadata: {name: web-web}\n      spec:\n        containers:\n          - name: web\n            securityContext:\n              privileged: false\n';
    const found = await traced(files(patch), privileged);
    expect(found).toMatchObject({
      at: 'k/kustomization.yaml:15',
      precision: 'verified',
      trail: ['k/kustomization.yaml:2'],
    });
  });

  test('leads to images of the kustomization when they set it', async () => {
    const found = await traced(files('images:\n  - name: web\n    newTag: "9"\n'), image);
    expect(found.at).toMatch(/^k\/kustomization.yaml:[678]$/);
  });
});
