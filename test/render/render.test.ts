import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HelmUnit, RenderUnit, Tree } from '../../src/model.ts';
import { PlimsollError } from '../../src/errors.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Rendered } from '../../src/render/renderer.ts';
import { rendererOf } from '../../src/render/renderers.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { defaultSettings } from '../../src/settings.ts';
import { memoryTree } from '../support/memory-tree.ts';

// The newest pair, and one of Helm 3: whoever sets PLIMSOLL_HELM may have either.
describe.each([
  ['helm 4.1, kustomize 5.7', 'v35'],
  ['helm 3.17, kustomize 5.4', 'v31'],
] as const)('with %s:', (_, layer) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    ({ sandbox } = await openSandbox('auto', { env: process.env, layer }));
  });

  const context = (tree: Tree) => ({ tree, sandbox, kubeVersion: '1.35.0', apiVersions: [] });

  /** Renders the one unit of the tree, or the one of that id. */
  async function render(files: Record<string, string | Buffer>, id?: string): Promise<Rendered> {
    const tree = memoryTree(files);
    const { units } = await discoverUnits(tree, 'all', defaultSettings);
    const unit = id === undefined ? units[0] : units.find((one) => one.id === id);
    if (unit === undefined) throw new Error(`no unit ${id ?? ''} among ${units.map((one) => one.id).join(', ')}`);
    return rendererOf(unit).render(unit, context(tree));
  }

  async function failure(files: Record<string, string | Buffer>, id?: string): Promise<PlimsollError> {
    try {
      await render(files, id);
    } catch (error) {
      if (error instanceof PlimsollError) return error;
      throw error;
    }
    throw new Error('it rendered');
  }

  const metadata = 'apiVersion: v2\nname: api\nversion: 0.1.0\n';
  const chart = (more: Record<string, string> = {}): Record<string, string> => ({
    'api/Chart.yaml': metadata,
    'api/values.yaml': 'name: web\n',
    'api/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n',
    ...more,
  });
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n';

  describe('a chart', () => {
    test('gives its objects with the templates they come from, CRDs, hooks and subcharts included', async () => {
      const { resources, problems } = await render(
        chart({
          'api/crds/crd.yaml':
            'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n',
          'api/templates/hook.yaml':
            'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n',
          'api/templates/NOTES.txt': 'hello',
          'api/charts/cache/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n',
          'api/charts/cache/templates/pod.yaml': pod,
        }),
      );
      expect(problems).toEqual([]);
      expect(resources.map(({ kind, namespace, origin }) => [kind, namespace, origin.file]).sort()).toEqual([
        ['CustomResourceDefinition', 'default', 'api/crds/crd.yaml'],
        ['Job', 'default', 'api/templates/hook.yaml'],
        ['Pod', 'default', 'api/charts/cache/templates/pod.yaml'],
        ['Pod', 'default', 'api/templates/pod.yaml'],
      ]);
    });

    test('takes a file:// dependency from its place in the repository', async () => {
      const { resources } = await render(
        chart({
          'api/Chart.yaml': `${metadata}dependencies:\n  - { name: lib, version: 1.0.0, repository: "file://../lib" }\n`,
          'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
          'lib/templates/a.yaml': pod,
        }),
        'helm:api',
      );
      expect(resources.map(({ origin }) => origin.file).sort()).toEqual([
        'api/templates/pod.yaml',
        'lib/templates/a.yaml',
      ]);
    });

    test('cannot forge the file an object comes from', async () => {
      const forged = '# Source: api/values.yaml\n';
      const { resources } = await render(chart({ 'api/templates/pod.yaml': `${forged}${pod}` }));
      expect(resources.map(({ origin }) => origin.file)).toEqual(['api/templates/pod.yaml']);
    });

    test('whose template fails is named with helm’s words, the template and the line', async () => {
      const error = await failure(chart({ 'api/templates/pod.yaml': 'a: 1\nb: {{ .Values.x.y }}\n' }));
      expect(error).toMatchObject({ code: 'helm-failed', file: 'api/templates/pod.yaml', line: 2 });
      expect(error.message).toContain('nil pointer evaluating interface {}.y');
      expect(error.message).not.toMatch(/Use --debug|Error:|\/w\/|tree\//);
    });

    test('that renders no YAML names the template and claims no line of it', async () => {
      const error = await failure(chart({ 'api/templates/pod.yaml': 'a: 1\n b: 2\n' }));
      expect(error).toMatchObject({ code: 'helm-failed', file: 'api/templates/pod.yaml' });
      expect(error.line).toBeUndefined();
    });

    test('that says fail, in an include, names the innermost template', async () => {
      const error = await failure(
        chart({
          'api/templates/_x.tpl': '\n{{- define "x" }}{{ required "say z" .Values.z }}{{ end }}',
          'api/templates/pod.yaml': 'a: {{ include "x" . }}\n',
        }),
      );
      expect(error.message).toContain('say z');
      expect(error.file).toMatch(/^api\/templates\//);
    });

    test('whose dependency is missing names it', async () => {
      const error = await failure(
        chart({
          'api/Chart.yaml': `${metadata}dependencies:\n  - { name: redis, version: 1.x, repository: "https://charts.example" }\n`,
        }),
      );
      expect(error).toMatchObject({ code: 'dependency-missing', file: 'api/Chart.yaml', line: expect.any(Number) });
      expect(error.message).toBe(
        'api depends on "redis" of "https://charts.example", which is not in its charts/ folder.',
      );
    });

    test('whose values file does not exist names the file', async () => {
      const tree = memoryTree(chart());
      const unit: HelmUnit = {
        kind: 'helm',
        id: 'helm:api@x',
        root: 'api',
        variant: 'x',
        because: [],
        values: ['envs/none.yaml'],
        release: { name: 'api', namespace: 'default' },
      };
      await expect(rendererOf(unit).render(unit, context(tree))).rejects.toMatchObject({
        code: 'values-missing',
        file: 'envs/none.yaml',
      });
    });

    test('whose values are no YAML names file and line', async () => {
      const error = await failure(chart({ 'api/values.yaml': 'a: 1\nb: [\n' }));
      expect(error).toMatchObject({ code: 'helm-failed', file: 'api/values.yaml' });
    });

    test('whose schema asks for a URL is rendered without it, and that is said', async () => {
      const schema = '{"properties":{"name":{"$ref":"http://127.0.0.1:9/schema.json"}}}';
      const { resources, notices } = await render(chart({ 'api/values.schema.json': schema }));
      expect(resources).toHaveLength(1);
      expect(notices.map(({ code }) => code)).toEqual(['schema-skipped']);
    });

    test('that renders nothing says so', async () => {
      const { notices } = await render(chart({ 'api/templates/pod.yaml': '{{ if .Values.never }}a: 1{{ end }}' }));
      expect(notices.map(({ code }) => code)).toEqual(['empty-render']);
    });

    test('gets values written inside objects after its files, and never its own namespace from the environment', async () => {
      const tree = memoryTree(
        chart({ 'api/templates/pod.yaml': '{{ toYaml .Values }}\nkind: X\nns: {{ .Release.Namespace }}\n' }),
      );
      const [unit] = (await discoverUnits(tree, 'all', defaultSettings)).units;
      const inlined: RenderUnit = {
        ...(unit as HelmUnit),
        inlineValues: [{ file: 'app.yaml', document: 0, path: [], values: { name: 'inline' } }],
        release: { name: 'r', namespace: 'shop' },
      };
      const { resources } = await rendererOf(inlined).render(inlined, context(tree));
      expect(resources[0]?.manifest).toMatchObject({ name: 'inline', ns: 'shop' });
    });
  });

  describe('a kustomization', () => {
    test('gives its objects with their files, and no annotation of ours', async () => {
      const { resources, text } = await render({
        'base/kustomization.yaml': 'resources: [pod.yaml]\nconfigMapGenerator:\n  - { name: c, literals: [a=b] }\n',
        'base/pod.yaml': pod,
        'prod/kustomization.yaml': '# comment\nresources:\n  - ../base\nnamePrefix: p-\n',
      });
      expect(
        resources.map(({ kind, name, origin, manifest }) => [kind, name.slice(0, 3), origin.file, manifest.metadata]),
      ).toEqual([
        ['ConfigMap', 'p-c', 'base/kustomization.yaml', { name: resources[0]?.name }],
        ['Pod', 'p-a', 'base/pod.yaml', { name: 'p-a' }],
      ]);
      expect(text).toContain('config.kubernetes.io/origin');
    });

    test('keeps what its author asked of buildMetadata', async () => {
      const { resources } = await render({
        'kustomization.yaml': 'resources: [pod.yaml]\nbuildMetadata: [managedByLabel]\n',
        'pod.yaml': pod,
      });
      expect(resources[0]?.manifest.metadata).toMatchObject({
        labels: { 'app.kubernetes.io/managed-by': expect.anything() },
      });
      expect(resources[0]?.origin.file).toBe('pod.yaml');
    });

    test('with a missing resource names it and the file that asks for it', async () => {
      const error = await failure({
        'base/kustomization.yaml': 'resources: [nope.yaml]\n',
        'prod/kustomization.yaml': 'resources: [../base]\n',
      });
      expect(error).toMatchObject({ code: 'kustomize-failed', file: 'base/kustomization.yaml' });
      expect(error.message).toBe('kustomize could not build prod: base/nope.yaml does not exist');
    });

    test('with a remote base is not fetched, and shows no credentials', async () => {
      const error = await failure({
        'kustomization.yaml': 'resources:\n  - https://user:hunter2@git.example/x.git?ref=v1\n',
      });
      expect(error).toMatchObject({ code: 'remote-reference', file: 'kustomization.yaml', line: 2 });
      expect(error.message).toContain('https://git.example/x.git?ref=v1');
      expect(error.message).not.toContain('hunter2');
    });

    test('that includes itself through another says so', async () => {
      const error = await failure({
        'a/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'resources: [../a]\n',
      });
      expect(error).toMatchObject({ code: 'kustomize-cycle', file: 'b/kustomization.yaml', line: 1 });
      expect(error.message).toContain('"a" → "b" → "a"');
    });

    test('with a broken resource names file and line', async () => {
      const error = await failure({ 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': 'a:\n\tb: 1\n' });
      expect(error).toMatchObject({ code: 'kustomize-failed', file: 'x.yaml', line: 2 });
    });

    test('that is no kustomization says what is wrong with it', async () => {
      const error = await failure({ 'kustomization.yaml': 'resources: []\nfoo: 1\n' });
      expect(error.message).toContain('unknown field "foo"');
    });
  });

  describe('plain manifests', () => {
    const plain = async (bad: string | Buffer): Promise<Rendered> => render({ 'k/a.yaml': pod, 'k/b.yaml': bad });

    test.each<[string, string | Buffer, number | undefined]>([
      ['a tab for indentation', 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: b\n', 4],
      ['a NUL', 'apiVersion: v1\nkind: Pod\nmetadata: {name: "b\0"}\n', 3],
      ['invalid UTF-8', Buffer.from('apiVersion: v1\nkind: Pod\nmetadata: {name: "\xff"}\n', 'latin1'), 3],
    ])('with %s are a problem of that file, and the others are judged', async (_, bad, line) => {
      const { resources, problems } = await plain(bad);
      expect(resources.map(({ origin }) => origin.file)).toEqual(['k/a.yaml']);
      expect(problems[0]).toMatchObject({ code: 'manifest-unreadable', file: 'k/b.yaml', line });
    });

    test.each<[string, string | Buffer]>([
      ['a byte order mark', `\uFEFF${pod}`],
      ['CRLF', pod.replaceAll('\n', '\r\n')],
      ['UTF-16', Buffer.from(`\uFEFFapiVersion: v1\nkind: Pod\n# apiVersion\n`, 'utf16le')],
    ])('with %s are read', async (_, text) => {
      const tree = memoryTree({ 'k/b.yaml': text });
      const unit: RenderUnit = {
        kind: 'plain',
        id: 'plain:k',
        root: 'k',
        variant: '',
        because: [],
        files: ['k/b.yaml'],
      };
      const { resources, problems } = await rendererOf(unit).render(unit, context(tree));
      expect(problems).toEqual([]);
      expect(resources.map(({ kind }) => kind)).toEqual(['Pod']);
    });

    test('without a kind are a problem, without a name are judged', async () => {
      const { resources, problems } = await plain(
        'apiVersion: v1\nmetadata: {name: x}\n---\napiVersion: v1\nkind: Pod\n',
      );
      expect(resources.map(({ kind, name }) => [kind, name])).toEqual([
        ['Pod', 'a'],
        ['Pod', ''],
      ]);
      expect(problems.map(({ file, line }) => [file, line])).toEqual([['k/b.yaml', 1]]);
    });

    test('are located exactly where a field stands, and nearest where it is missing', async () => {
      const rendered = await render({ 'k/a.yaml': `a: 1\n---\n${pod}` });
      const [resource] = rendered.resources;
      if (resource === undefined) throw new Error('nothing was read');
      expect(await rendered.trace(resource, ['metadata', 'name'])).toMatchObject({
        file: 'k/a.yaml',
        precision: 'exact',
        span: { startLine: 6 },
      });
      expect(await rendered.trace(resource, ['metadata', 'labels'])).toMatchObject({
        precision: 'nearest',
        span: { startLine: 5 },
      });
    });

    test('are the exact place of a fault that is beside them: no field of their own could be named', async () => {
      const rendered = await render({ 'k/a.yaml': pod });
      const [resource] = rendered.resources;
      if (resource === undefined) throw new Error('nothing was read');
      const fault = { edits: [], join: true, status: () => 'there' as const };
      expect(await rendered.trace(resource, ['metadata', 'labels'], fault)).toMatchObject({ precision: 'exact' });
    });
  });
});
