import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Json, Path, Resource } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Fault } from '../../src/render/renderer.ts';
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

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: side
          image: side:1
        - name: main
          image: main:1
          securityContext:
            privileged: true
`;

const base: Files = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': deployment,
};

const overlay = (kustomization: string, more: Files = {}): Files => ({
  ...base,
  'prod/kustomization.yaml': `resources: [../base]\n${kustomization}`,
  ...more,
});

/** The place of a field in the build of `prod`, with the text of its first line. */
async function traced(files: Files, path: Path, kind = 'Deployment', fault?: Fault) {
  const tree = memoryTree(files);
  const { units } = await discoverUnits(tree, 'all', defaultSettings);
  const unit = units.find(({ root }) => root === 'prod') ?? units[0]!;
  const rendered = await rendererOf(unit).render(unit, { tree, sandbox, kubeVersion: '1.35.0', apiVersions: [] });
  const resource = rendered.resources.find((one) => one.kind === kind)!;
  const location = await rendered.trace(resource, path, fault);
  return {
    at: `${location.file}:${location.span.startLine}`,
    text: files[location.file]?.split('\n')[location.span.startLine - 1]?.slice(location.span.startColumn - 1),
    precision: location.precision,
    trail: location.trail.map(({ file, span }) => `${file}:${span.startLine}`),
  };
}

const containers: Path = ['spec', 'template', 'spec', 'containers'];
const privileged: Path = [...containers, 1, 'securityContext', 'privileged'];

describe('a field that the base sets', () => {
  test('is the line of the base, also under another name', async () => {
    expect(await traced(overlay('namePrefix: a-\nnameSuffix: -z\nnamespace: shop\n'), privileged)).toEqual({
      at: 'base/web.yaml:18',
      text: 'privileged: true',
      precision: 'verified',
      trail: [],
    });
  });

  test('is found among several documents of one kind by the name before the prefix', async () => {
    const two = `${deployment.replaceAll('web', 'other')}---\n${deployment}`;
    const files = { ...overlay('namePrefix: a-\nnamespace: shop\n'), 'base/web.yaml': two };
    const found = await traced(files, ['spec', 'replicas']);
    expect(found).toMatchObject({ at: 'base/web.yaml:7', precision: 'verified' });
  });

  test('that is missing is the object around it, proved by putting it in', async () => {
    const found = await traced(overlay(''), [...containers, 0, 'securityContext', 'runAsNonRoot']);
    expect(found).toMatchObject({ at: 'base/web.yaml:13', text: 'name: side', precision: 'verified' });
  });
});

describe('a strategic-merge patch', () => {
  const merge = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: main
          securityContext: { privileged: false }
`;

  test('in a file wins over the base, and the trail names the kustomization and the origin', async () => {
    // kustomize puts the items that a patch names first.
    const first: Path = [...containers, 0, 'securityContext', 'privileged'];
    expect(await traced(overlay('patches:\n  - path: patch.yaml\n', { 'prod/patch.yaml': merge }), first)).toEqual({
      at: 'prod/patch.yaml:10',
      text: 'privileged: false }',
      precision: 'verified',
      trail: ['prod/kustomization.yaml:3', 'base/web.yaml:4'],
    });
  });

  test('written inside the kustomization has that file’s lines', async () => {
    const inline = merge.replaceAll(/^/gm, '      ').trimEnd();
    const found = await traced(overlay(`patches:\n  - patch: |-\n${inline}\n`), ['spec', 'replicas']);
    expect(found).toMatchObject({ at: 'prod/kustomization.yaml:8', text: 'replicas: 3', precision: 'verified' });
  });

  test('without a target of the object’s name is left alone', async () => {
    const other = merge.replace('name: web', 'name: elsewhere');
    const target = 'patches:\n  - path: patch.yaml\n    target: { kind: Deployment, name: "w.+x" }\n';
    expect(await traced(overlay(target, { 'prod/patch.yaml': other }), privileged)).toMatchObject({
      at: 'base/web.yaml:18',
    });
  });

  test('with a target goes by pattern and label', async () => {
    const target =
      'patches:\n  - path: p.yaml\n    target: { kind: Deployment, name: "w.*", labelSelector: "app=web" }\n';
    const found = await traced(overlay(target, { 'prod/p.yaml': merge }), ['spec', 'replicas']);
    expect(found).toMatchObject({ at: 'prod/p.yaml:5', precision: 'verified' });
  });

  test('with a target goes by any regular expression that kustomize takes', async () => {
    const target =
      'patches:\n  - path: p.yaml\n    target: { kind: Dep.*, name: "(w[a-z]*|x+)+(-y{1,2})?", version: "v[0-9]+" }\n';
    const found = await traced(overlay(target, { 'prod/p.yaml': merge }), ['spec', 'replicas']);
    expect(found).toMatchObject({ at: 'prod/p.yaml:5', precision: 'verified' });
  });

  test('of the overlay above wins over the one below', async () => {
    const files = {
      ...base,
      'mid/kustomization.yaml': 'resources: [../base]\npatchesStrategicMerge: [p.yaml]\n',
      'mid/p.yaml': merge,
      'prod/kustomization.yaml': 'resources: [../mid]\nnamePrefix: x-\npatches: [{ path: p.yaml }]\n',
      'prod/p.yaml': merge.replace('replicas: 3', 'replicas: 5'),
    };
    expect(await traced(files, ['spec', 'replicas'])).toMatchObject({ at: 'prod/p.yaml:5', precision: 'verified' });
  });
});

describe('a JSON 6902 patch', () => {
  test('in the kustomization is the line of the value', async () => {
    const patch = `patches:
  - target: { kind: Deployment, name: web }
    patch: |
      - op: replace
        path: /spec/template/spec/containers/1/securityContext/privileged
        value: false
`;
    const found = await traced(overlay(patch), privileged);
    expect(found).toMatchObject({ at: 'prod/kustomization.yaml:7', text: 'value: false', precision: 'verified' });
  });

  test('in a JSON file that takes a field away is the cause of its being missing', async () => {
    const ops = '[\n  {"op": "remove",\n   "path": "/spec/template/spec/containers/1/securityContext"}\n]\n';
    const files = overlay(
      'patchesJson6902:\n  - { target: { version: v1, kind: Deployment, name: web }, path: o.json }\n',
      {
        'prod/o.json': ops,
      },
    );
    expect(await traced(files, privileged)).toMatchObject({ at: 'prod/o.json:3', precision: 'exact' });
  });
});

describe('an entry of a kustomization', () => {
  test('of images is its tag', async () => {
    const found = await traced(overlay('images:\n  - name: main\n    newTag: latest\n'), [...containers, 1, 'image']);
    expect(found).toMatchObject({ at: 'prod/kustomization.yaml:4', text: 'newTag: latest', precision: 'verified' });
  });

  test('of images that are renamed below is known by the new name', async () => {
    const files = {
      ...overlay('images:\n  - name: reg.example/main\n    newTag: "2"\n'),
      'base/kustomization.yaml': 'resources: [web.yaml]\nimages:\n  - name: main\n    newName: reg.example/main\n',
    };
    const found = await traced(files, [...containers, 1, 'image']);
    expect(found).toMatchObject({ at: 'prod/kustomization.yaml:4', precision: 'verified' });
  });

  test('of replicas is its count', async () => {
    const found = await traced(overlay('replicas:\n  - name: web\n    count: 4\n'), ['spec', 'replicas']);
    expect(found).toMatchObject({ at: 'prod/kustomization.yaml:4', text: 'count: 4', precision: 'verified' });
  });

  test.each([
    ['labels:\n  - pairs:\n      tier: gold\n', ['metadata', 'labels', 'tier'], 4],
    ['commonLabels:\n  tier: gold\n', ['spec', 'template', 'metadata', 'labels', 'tier'], 3],
    ['commonAnnotations:\n  note: hi\n', ['metadata', 'annotations', 'note'], 3],
  ])('of labels and annotations is its pair: %j', async (entry, path, line) => {
    expect(await traced(overlay(entry), path)).toMatchObject({
      at: `prod/kustomization.yaml:${line}`,
      precision: 'verified',
    });
  });

  test('that names or places objects is exact', async () => {
    const files = overlay('namespace: shop\nnamePrefix: a-\n');
    expect(await traced(files, ['metadata', 'namespace'])).toMatchObject({
      at: 'prod/kustomization.yaml:2',
      precision: 'exact',
    });
    expect(await traced(files, ['metadata', 'name'])).toMatchObject({
      at: 'prod/kustomization.yaml:3',
      precision: 'exact',
    });
  });

  test('in a component is a line of the component', async () => {
    const files = overlay('components: [../hard]\n', {
      'hard/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas:\n  - name: web\n    count: 7\n',
    });
    expect(await traced(files, ['spec', 'replicas'])).toMatchObject({
      at: 'hard/kustomization.yaml:5',
      precision: 'verified',
    });
  });

  test('that generates a map is the literal, the file or the line of the env file', async () => {
    const files = overlay(
      'configMapGenerator:\n  - name: c\n    literals:\n      - A=one\n    files: [f.txt]\n    envs: [e.env]\n',
      {
        'prod/f.txt': 'hello\n',
        'prod/e.env': '# c\nB=two\n',
      },
    );
    expect(await traced(files, ['data', 'A'], 'ConfigMap')).toMatchObject({
      at: 'prod/kustomization.yaml:5',
      precision: 'verified',
    });
    expect(await traced(files, ['data', 'f.txt'], 'ConfigMap')).toMatchObject({
      at: 'prod/f.txt:1',
      precision: 'exact',
    });
    expect(await traced(files, ['data', 'B'], 'ConfigMap')).toMatchObject({ at: 'prod/e.env:2', precision: 'exact' });
  });

  test('that copies a field leads to where the copied value is written', async () => {
    const files = overlay(
      `replacements:
  - source: { kind: ConfigMap, name: c, fieldPath: data.image }
    targets:
      - select: { kind: Deployment }
        fieldPaths: ["spec.template.spec.containers.[name=main].image"]
`,
      { 'base/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  image: main:9\n' },
    );
    files['base/kustomization.yaml'] = 'resources: [web.yaml, c.yaml]\n';
    const found = await traced(files, [...containers, 1, 'image']);
    expect(found).toMatchObject({ at: 'base/c.yaml:5', text: 'image: main:9', precision: 'verified' });
  });
});

describe('the older fields for patches', () => {
  test('are followed like the newer ones', async () => {
    const merge = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 4 }
`;
    const files = overlay('patchesStrategicMerge: [merge.yaml]\n', { 'prod/merge.yaml': merge });
    expect(await traced(files, ['spec', 'replicas'])).toMatchObject({ at: 'prod/merge.yaml:4', precision: 'verified' });
    const operations = '[{ "op": "replace", "path": "/spec/replicas", "value": 6 }]';
    const older = overlay(
      'patchesJson6902:\n  - target: { group: apps, version: v1, kind: Deployment, name: web }\n    path: ops.json\n',
      { 'prod/ops.json': operations },
    );
    expect(await traced(older, ['spec', 'replicas'])).toMatchObject({ at: 'prod/ops.json:1', precision: 'verified' });
  });
});

describe('a trial judged by the finding', () => {
  const faultOf = (value: Json, isGone: (resource: Resource) => boolean, path: Path): Fault => ({
    edits: [{ op: 'set', path, value }],
    join: false,
    status: (after) => (after.every((one) => one.kind !== 'Deployment' || isGone(one)) ? 'gone' : 'there'),
  });
  const automount: Path = ['spec', 'template', 'spec', 'automountServiceAccountToken'];

  test('puts in the value of the fix', async () => {
    const fault = faultOf(false, (one) => dig(one.manifest, ...automount) === false, automount);
    const found = await traced(overlay(''), automount, 'Deployment', fault);
    expect(found).toMatchObject({ at: 'base/web.yaml:11', text: 'spec:', precision: 'verified' });
  });

  test('that does not change it leaves the place exact', async () => {
    const fault = faultOf(false, () => false, automount);
    expect(await traced(overlay(''), automount, 'Deployment', fault)).toMatchObject({ precision: 'exact' });
  });

  test('may move the object to another namespace', async () => {
    const path: Path = ['metadata', 'namespace'];
    const fault = faultOf('shop', (one) => one.namespace === 'shop', path);
    const found = await traced(overlay(''), path, 'Deployment', fault);
    expect(found).toMatchObject({ at: 'base/web.yaml:3', precision: 'verified' });
  });

  test('is not needed for what is missing beside the object', async () => {
    const fault: Fault = { edits: [], join: true, status: () => 'there' };
    const path: Path = ['metadata', 'annotations', 'policy'];
    expect(await traced(overlay(''), path, 'Deployment', fault)).toMatchObject({ precision: 'exact' });
  });
});

describe('a transformer in a file of its own', () => {
  test('is the place of what it sets', async () => {
    const files = overlay('transformers: [labels.yaml]\n', {
      'prod/labels.yaml': `apiVersion: builtin
kind: LabelTransformer
metadata: { name: labels }
labels: { app: other }
fieldSpecs: [{ path: metadata/labels, create: true }]
`,
    });
    const found = await traced(files, ['metadata', 'labels', 'app']);
    expect(found).toMatchObject({ at: 'prod/labels.yaml:4', precision: 'verified' });
  });
});
