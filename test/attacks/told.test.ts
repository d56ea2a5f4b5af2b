import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toCheckRun } from '../../src/report/check-run.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { chart, chartYaml, configMap, openArena, type Arena } from './arena.ts';
import type { Entry } from './commit.ts';
import { reviewPull, told, type HostilePull } from './pull.ts';
import { tgz } from './tar.ts';

/**
 * What the author of a hostile pull request is told: the same attacks as commits, through the whole review. Every refusal
 * names the file and the reason, concerns that unit alone, and nothing of it is green.
 */
let arena: Arena;
let small: Sandbox;
beforeAll(async () => {
  arena = await openArena();
  ({ sandbox: small } = await openSandbox('require', { limits: { cpuSeconds: 2, wallMilliseconds: 15_000 } }));
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

interface Told {
  row: string;
  title: string;
  head: (arena: Arena) => Record<string, Entry>;
  base?: Record<string, Entry>;
  /** Problems and notices, in their order; what differs from run to run by its name. */
  says: string[];
  /** Said instead where the machine is slow: two limits race. */
  orSays?: string[];
  /** Only notices: what is judged is whole. */
  judged?: true;
}

const beside = 'other/pod.yaml';
const privileged =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - {name: p, image: p:1, securityContext: {privileged: true}}\n';

const kustomization = (text: string, more: Record<string, Entry> = {}): Record<string, Entry> => ({
  'k/kustomization.yaml': text,
  'k/a.yaml': configMap('inside'),
  ...more,
});

const link = (file: string): string => `${file} symlink-outside: Symlink "${file}" leaves the repository.`;

const aliasBomb = [
  'a0: &a0 [x,x,x,x,x,x,x,x,x]',
  ...Array.from(
    { length: 11 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(',')}]`,
  ),
].join('\n');

const cases: Told[] = [
  {
    row: '01',
    title: 'a template is a link outside',
    head: (a) => chart({ link: `${a.outside}/a.yaml` }),
    says: [
      link('c/templates/a.yaml'),
      'c/Chart.yaml empty-render: c renders no objects with these values; there was nothing to judge.',
    ],
  },
  {
    row: '02',
    title: 'a file for .Files.Get is a link outside',
    head: (a) =>
      chart(`${configMap('x')}data: {a: {{ .Files.Get "x" | quote }}}\n`, { 'c/x': { link: `${a.outside}/a.yaml` } }),
    says: [link('c/x')],
  },
  {
    row: '03',
    title: 'values.yaml is a link outside',
    head: (a) => chart(configMap('x'), { 'c/values.yaml': { link: `${a.outside}/a.yaml` } }),
    says: [link('c/values.yaml')],
  },
  {
    row: '04',
    title: 'Chart.yaml is a link outside',
    head: (a) => ({ 'c/templates/a.yaml': configMap('x'), 'c/Chart.yaml': { link: `${a.outside}/chart/Chart.yaml` } }),
    says: [
      link('c/Chart.yaml'),
      'c/Chart.yaml helm-failed: helm could not render c: unable to detect chart at c/Chart.yaml: open c/Chart.yaml: no such file or directory',
    ],
  },
  {
    row: '05',
    title: 'the folder of templates is a link outside',
    head: (a) => ({ 'c/Chart.yaml': chartYaml, 'c/templates': { link: `${a.outside}/chart/templates` } }),
    says: [
      link('c/templates'),
      'c/Chart.yaml empty-render: c renders no objects with these values; there was nothing to judge.',
    ],
  },
  {
    row: '05b',
    title: 'a link leads to itself',
    head: () => chart(configMap('x'), { 'c/loop': { link: 'loop' } }),
    says: ['c/loop symlink-loop: Symlink "c/loop" leads back to itself.'],
  },
  {
    row: '05c',
    title: 'a link leads to /usr',
    head: () => chart(configMap('x'), { 'c/usr': { link: '/usr' } }),
    says: [link('c/usr')],
  },
  {
    row: '05d',
    title: 'a link leads to an endless device',
    head: () => chart(configMap('x'), { 'c/zero': { link: '/dev/zero' } }),
    says: [link('c/zero')],
  },
  {
    row: '05e',
    title: 'a link leads to an endless file of /proc',
    head: () => chart(configMap('x'), { 'c/map': { link: '/proc/self/pagemap' } }),
    says: [link('c/map')],
  },
  {
    row: '05f',
    title: 'a link leads to the environment of a server',
    head: (a) => chart(configMap('x'), { 'c/env': { link: `/proc/${a.neighbour}/environ` } }),
    says: [link('c/env')],
  },
  {
    row: '06',
    title: 'a link stays inside',
    head: () => chart(configMap('x'), { 'c/templates/b.yaml': { link: 'a.yaml' } }),
    says: [],
    judged: true,
  },
  {
    row: '06b',
    title: 'a chart brings a .git folder',
    head: () => chart(configMap('x'), { 'c/.git/config': '[core]' }),
    says: ['c/.git/config file-name-refused: File "c/.git/config" was left out: its path contains ".git".'],
  },
  {
    row: '07',
    title: 'a dependency is named by file:',
    head: () =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: d, version: 0.1.0, repository: "file://../../d"}\n`,
      }),
    says: [
      'c/Chart.yaml:5 dependency-missing: c depends on "d" of "file://../../d", which is not in its charts/ folder.',
    ],
  },
  {
    row: '08',
    title: 'a dependency is named by http:',
    head: (a) =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: d, version: 0.1.0, repository: "${a.url}"}\n`,
      }),
    says: ['c/Chart.yaml:5 dependency-missing: c depends on "d" of "URL", which is not in its charts/ folder.'],
  },
  {
    row: '09',
    title: 'a dependency is named by oci:',
    head: (a) =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: d, version: 0.1.0, repository: "oci://127.0.0.1:${a.port}/x"}\n`,
      }),
    says: [
      'c/Chart.yaml:5 dependency-missing: c depends on "d" of "oci://127.0.0.1:PORT/x", which is not in its charts/ folder.',
    ],
  },
  {
    row: '09b',
    title: 'Chart.lock is a link outside',
    head: (a) => chart(configMap('x'), { 'c/Chart.lock': { link: `${a.outside}/a.yaml` } }),
    says: [link('c/Chart.lock')],
  },
  {
    row: '10',
    title: 'a schema refers to a server',
    head: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ $ref: `${a.url}/s.json` }),
      }),
    says: [
      'c/values.schema.json schema-skipped: The values of c were not validated: the schema asks for "URL/s.json", and nothing is fetched while rendering.',
    ],
    judged: true,
  },
  {
    row: '10b',
    title: 'a schema refers to a file outside',
    head: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ properties: { a: { $ref: `file://${a.outside}/schema.json` } } }),
      }),
    says: [
      'c/values.schema.json schema-skipped: The values of c were not validated: the schema asks for "file://OUTSIDE/schema.json", and nothing is fetched while rendering.',
    ],
    judged: true,
  },
  {
    row: '10c',
    title: 'a schema refers to itself',
    head: () => chart(configMap('x'), { 'c/values.yaml': 'a: 1\n', 'c/values.schema.json': '{"$ref":"#"}' }),
    says: [
      "c/values.yaml helm-failed: helm could not render c: values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- at '': both /$ref and  resolve to \"file:///values.schema.json#\" causing reference cycle",
    ],
  },
  {
    row: '10d',
    title: 'a schema is nested thousands of levels deep',
    head: () =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': `${'{"properties":{"a":'.repeat(6000)}{}${'}}'.repeat(6000)}`,
      }),
    says: [
      "c/values.yaml helm-failed: helm could not render c: values don't meet the specifications of the schema(s) in the following chart(s):\nc:\ninvalid character '{' exceeded max depth",
    ],
  },
  {
    row: '10e',
    title: 'a schema names its own meta-schema on a server',
    head: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ $schema: `${a.url}/m.json`, type: 'object' }),
      }),
    says: [
      'c/values.schema.json schema-skipped: The values of c were not validated: the schema asks for "URL/m.json", and nothing is fetched while rendering.',
    ],
    judged: true,
  },
  {
    row: '10e',
    title: 'a schema inside an archive refers to a server',
    head: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'd: {a: 1}\n',
        'c/charts/d-0.1.0.tgz': tgz({
          'd/Chart.yaml': chartYaml.replace('name: c', 'name: d'),
          'd/values.schema.json': JSON.stringify({ $ref: `${a.url}/s.json` }),
        }),
      }),
    says: [
      'c/Chart.yaml schema-skipped: The values of c were not validated: a schema asks for another document, and nothing is fetched while rendering.',
    ],
    judged: true,
  },
  {
    row: '11b',
    title: 'loops in loops',
    head: () => chart('{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}'),
    says: ['render-cpu: helm was stopped at the time limit of 2 s of processor time.'],
  },
  {
    row: '12',
    title: 'an include without end',
    head: () => chart('{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}'),
    says: [
      'c/templates/a.yaml:1 helm-failed: helm could not render c: template: c/templates/a.yaml:1:47: executing "c/templates/a.yaml" at <include "r" .>: error calling include: template: c/templates/a.yaml:1:19: executing "r" at <include "r" .>: error calling include: (1000 times more) rendering template has a nested reference name: r: unable to execute template',
    ],
  },
  {
    row: '14c',
    title: 'a text doubles',
    head: () =>
      chart('{{ $s := "0123456789abcdef" }}{{ range until 33 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}'),
    says: ['render-memory: helm was stopped at the memory limit of 2048 MiB.'],
    orSays: ['render-cpu: helm was stopped at the time limit of 2 s of processor time.'],
  },
  {
    row: '17',
    title: 'a template asks for a host name',
    head: () => chart(`${configMap('x')}data: {a: {{ getHostByName "localhost" | quote }}}\n`),
    says: [],
    judged: true,
  },
  {
    row: '18',
    title: 'a template looks up the cluster',
    head: () => chart(`${configMap('x')}data: {a: {{ lookup "v1" "Secret" "default" "x" | toJson | quote }}}\n`),
    says: [],
    judged: true,
  },
  {
    row: '19',
    title: 'a template reads the environment',
    head: () => chart('a: {{ env "HOME" }}\n'),
    says: [
      'c/templates/a.yaml:1 helm-failed: helm could not render c: parse error at (c/templates/a.yaml:1): function "env" not defined',
    ],
  },
  {
    row: '23',
    title: 'an archive that grows beyond all measure',
    head: () => chart(configMap('x'), { 'c/charts/bomb-0.1.0.tgz': gzipSync(Buffer.alloc(150 * 2 ** 20)) }),
    says: [
      'c/Chart.yaml helm-failed: helm could not render c: error unpacking subchart bomb-0.1.0.tgz in c: no files in chart archive',
    ],
  },
  {
    row: '24',
    title: 'a name in charts/ is no archive',
    head: () => chart(configMap('x'), { 'c/charts/x.tgz': 'no archive' }),
    says: [
      'c/Chart.yaml helm-failed: helm could not render c: error unpacking subchart x.tgz in c: gzip: invalid header',
    ],
  },
  {
    row: '24',
    title: 'a name in an archive leads out of it',
    head: () =>
      chart(configMap('x'), {
        'c/charts/d-0.1.0.tgz': tgz({
          'd/Chart.yaml': chartYaml.replace('name: c', 'name: d'),
          'd/../../../../tmp/out': 'x',
        }),
      }),
    says: [
      'c/Chart.yaml helm-failed: helm could not render c: error unpacking subchart d-0.1.0.tgz in c: chart illegally references parent directory',
    ],
  },
  {
    row: '25',
    title: 'a chart’s folder is called like a flag',
    head: () =>
      Object.fromEntries(
        Object.entries(chart(configMap('x'))).map(([name, text]) => [name.replace(/^c\//, '--post-renderer=x/'), text]),
      ),
    says: [],
    judged: true,
  },
  {
    row: '26',
    title: '.helmignore hides every template',
    head: () => chart(configMap('x'), { 'c/.helmignore': 'templates/\n' }),
    base: chart(configMap('x')),
    says: ['render-emptied: c renders no objects any more; on the base it rendered 1, which would be deleted.'],
    judged: true,
  },
  {
    row: '26b',
    title: '.helmignore hides values.yaml that a template needs',
    head: () =>
      chart(`${configMap('x')}data: {a: {{ required "a is required" .Values.a | quote }}}\n`, {
        'c/values.yaml': 'a: 1\n',
        'c/.helmignore': 'values.yaml\n',
      }),
    says: [
      'c/templates/a.yaml:5 helm-failed: helm could not render c: execution error at (c/templates/a.yaml:5:13): a is required',
    ],
  },
  {
    row: '29',
    title: 'a template fails with words of its own',
    head: () => chart('{{ fail "::error::x ```@everyone" }}'),
    says: [
      'c/templates/a.yaml:1 helm-failed: helm could not render c: execution error at (c/templates/a.yaml:1:3): ::error::x ```@everyone',
    ],
  },
  {
    row: '30',
    title: 'aliases of values multiply',
    head: () => chart(configMap('x'), { 'c/values.yaml': aliasBomb }),
    says: [
      'c/values.yaml helm-failed: helm could not render c: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: document contains excessive aliasing',
    ],
  },
  {
    row: '31',
    title: 'aliases of a kustomization multiply',
    head: () => kustomization(`resources: [a.yaml]\n${aliasBomb}`),
    says: [
      'k/kustomization.yaml kustomize-failed: kustomize could not build k: invalid Kustomization: yaml: document contains excessive aliasing',
    ],
  },
  {
    row: '32',
    title: 'values are nested ten thousand levels deep',
    head: () => chart(configMap('x'), { 'c/values.yaml': `a: ${'['.repeat(10_001)}${']'.repeat(10_001)}\n` }),
    says: [
      'c/values.yaml helm-failed: helm could not render c: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: exceeded max depth of 10000',
    ],
  },
  {
    row: '32',
    title: 'a resource is nested ten thousand levels deep',
    head: () =>
      kustomization('resources: [a.yaml]', {
        'k/a.yaml': `${configMap('x')}data: ${'['.repeat(10_001)}${']'.repeat(10_001)}\n`,
      }),
    says: [
      "k/a.yaml:5 kustomize-failed: kustomize could not build k: accumulating resources from 'a.yaml': MalformedYAMLError: yaml: line 5: exceeded max depth of 10000 in File: a.yaml",
    ],
  },
  {
    row: '34',
    title: 'values hold a NUL',
    head: () => chart(configMap('x'), { 'c/values.yaml': 'a: \0\n' }),
    says: [
      'c/values.yaml helm-failed: helm could not render c: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: control characters are not allowed',
    ],
  },
  {
    row: '35',
    title: 'values are no UTF-8',
    head: () => chart(configMap('x'), { 'c/values.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a]) }),
    says: [
      'c/values.yaml helm-failed: helm could not render c: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: invalid leading UTF-8 octet',
    ],
  },
  {
    row: '36',
    title: 'a key stands twice in a kustomization’s object',
    head: () => kustomization('resources: [a.yaml]', { 'k/a.yaml': `${configMap('x')}data: {a: b}\ndata: {a: c}\n` }),
    says: [
      'k/kustomization.yaml kustomize-failed: kustomize could not build k: map[string]interface {}(nil): yaml: unmarshal errors:\n  line 9: mapping key "data" already defined at line 8',
    ],
  },
  {
    row: '40',
    title: 'a base outside',
    head: () => kustomization('resources: [../../outside]'),
    says: ['k/kustomization.yaml:1 path-outside: The path "../../outside" in resources leaves the repository.'],
  },
  {
    row: '40',
    title: 'an absolute base outside',
    head: (a) => kustomization(`resources: ["${a.outside}"]`),
    says: ['k/kustomization.yaml:1 path-outside: The path "OUTSIDE" in resources leaves the repository.'],
  },
  {
    row: '41',
    title: 'a file outside',
    head: () => kustomization('resources: [../../outside/a.yaml]'),
    says: ['k/kustomization.yaml:1 path-outside: The path "../../outside/a.yaml" in resources leaves the repository.'],
  },
  {
    row: '42',
    title: 'a URL in resources',
    head: (a) => kustomization('resources: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/x.yaml" in resources.'],
  },
  {
    row: '42',
    title: 'a URL in bases',
    head: (a) => kustomization('bases: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/x.yaml" in bases.'],
  },
  {
    row: '42',
    title: 'a URL in components',
    head: (a) => kustomization('resources: [a.yaml]\ncomponents: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in components.'],
  },
  {
    row: '42',
    title: 'a URL in patches',
    head: (a) => kustomization('resources: [a.yaml]\npatches: [{path: "URL"}]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in patches[].path.'],
  },
  {
    row: '42',
    title: 'a URL in patchesStrategicMerge',
    head: (a) => kustomization('resources: [a.yaml]\npatchesStrategicMerge: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: [
      'k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in patchesStrategicMerge.',
    ],
  },
  {
    row: '42',
    title: 'a URL in patchesJson6902',
    head: (a) =>
      kustomization(
        'resources: [a.yaml]\npatchesJson6902: [{target: {version: v1, kind: ConfigMap, name: inside}, path: "URL"}]'.replace(
          'URL',
          `${a.url}/x.yaml`,
        ),
      ),
    says: [
      'k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in patchesJson6902[].path.',
    ],
  },
  {
    row: '42',
    title: 'a URL in crds',
    head: (a) => kustomization('resources: [a.yaml]\ncrds: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in crds.'],
  },
  {
    row: '42',
    title: 'a URL in configurations',
    head: (a) => kustomization('resources: [a.yaml]\nconfigurations: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in configurations.'],
  },
  {
    row: '42',
    title: 'a URL in configMapGenerator.files',
    head: (a) => kustomization('configMapGenerator: [{name: g, files: ["x=URL"]}]'.replace('URL', `${a.url}/x.yaml`)),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/x.yaml" in configMapGenerator[].files.',
    ],
  },
  {
    row: '42',
    title: 'a URL in configMapGenerator.envs',
    head: (a) => kustomization('configMapGenerator: [{name: g, envs: ["URL"]}]'.replace('URL', `${a.url}/x.yaml`)),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/x.yaml" in configMapGenerator[].envs.',
    ],
  },
  {
    row: '42',
    title: 'a URL in generators',
    head: (a) => kustomization('generators: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/x.yaml" in generators.'],
  },
  {
    row: '42',
    title: 'a URL in transformers',
    head: (a) => kustomization('resources: [a.yaml]\ntransformers: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in transformers.'],
  },
  {
    row: '42',
    title: 'a URL in validators',
    head: (a) => kustomization('resources: [a.yaml]\nvalidators: ["URL"]'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in validators.'],
  },
  {
    row: '42',
    title: 'a URL in replacements',
    head: (a) => kustomization('resources: [a.yaml]\nreplacements: [{path: "URL"}]'.replace('URL', `${a.url}/x.yaml`)),
    says: [
      'k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in replacements[].path.',
    ],
  },
  {
    row: '42',
    title: 'a URL in openapi',
    head: (a) => kustomization('resources: [a.yaml]\nopenapi: {path: "URL"}'.replace('URL', `${a.url}/x.yaml`)),
    says: ['k/kustomization.yaml:2 remote-reference: Remote reference not fetched: "URL/x.yaml" in openapi.path.'],
  },
  {
    row: '43',
    title: 'a git repository over http',
    head: (a) => kustomization(`resources: ["git::${a.url}/o/r.git?ref=main"]`),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "git::URL/o/r.git?ref=main" in resources.',
    ],
  },
  {
    row: '43b',
    title: 'a git repository over ssh',
    head: (a) => kustomization(`resources: ["ssh://git@127.0.0.1:${a.port}/o/r.git?ref=main"]`),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "ssh://127.0.0.1:PORT/o/r.git?ref=main" in resources.',
    ],
  },
  {
    row: '43c',
    title: 'a git repository by file:',
    head: (a) => kustomization(`resources: ["file://${a.outside}?ref=main"]`),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "file://OUTSIDE?ref=main" in resources.',
    ],
  },
  {
    row: '44',
    title: 'a git reference that looks like an option',
    head: () => kustomization('resources: ["git::https://127.0.0.1/o/r.git?ref=--upload-pack=touch%20/tmp/x"]'),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "git::https://127.0.0.1/o/r.git?ref=--upload-pack=touch%20/tmp/x" in resources.',
    ],
  },
  {
    row: '45',
    title: 'helmCharts',
    head: () => kustomization('helmCharts: [{name: x, repo: "http://127.0.0.1", version: 1.0.0}]'),
    says: [
      'k/kustomization.yaml:1 kustomize-helm-charts: The chart "x" 1.0.0 of "http://127.0.0.1" in helmCharts is not in the repository, and nothing is fetched while rendering.',
    ],
  },
  {
    row: '46',
    title: 'a container function',
    head: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', {
        'k/f.yaml':
          'apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      container: {image: x}\n',
      }),
    says: [
      'k/f.yaml:2 kustomize-function: The function "Fn" is not supported: kustomize would start a program or a container.',
    ],
  },
  {
    row: '47',
    title: 'an exec function',
    head: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', {
        'k/f.yaml':
          'apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./run}\n',
      }),
    says: [
      'k/f.yaml:2 kustomize-function: The function "Fn" is not supported: kustomize would start a program or a container.',
    ],
  },
  {
    row: '48',
    title: 'a plugin',
    head: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', {
        'k/f.yaml': 'apiVersion: example.com/v1\nkind: Plugin\nmetadata: {name: p}\n',
      }),
    says: [
      'k/f.yaml:2 kustomize-plugin: The plugin "Plugin" ("example.com/v1") is not supported: plugins are programs and are not run.',
    ],
  },
  {
    row: '49',
    title: 'a generator reads .git/config beside it',
    head: () => kustomization('configMapGenerator: [{name: g, files: [.git/config]}]', { 'k/.git/config': '[core]' }),
    says: [
      'k/kustomization.yaml:1 path-outside: The path ".git/config" in configMapGenerator[].files leads into git\'s own folder, which is no part of a commit.',
    ],
  },
  {
    row: '49b',
    title: 'a generator reads .git/config above it',
    head: () => kustomization('configMapGenerator: [{name: g, files: [../.git/config]}]'),
    says: [
      'k/kustomization.yaml:1 path-outside: The path "../.git/config" in configMapGenerator[].files leads into git\'s own folder, which is no part of a commit.',
    ],
  },
  {
    row: '50',
    title: 'a generator of secrets reads a URL',
    head: (a) => kustomization(`secretGenerator: [{name: g, files: ["x=${a.url}/s"]}]`),
    says: [
      'k/kustomization.yaml:1 remote-reference: Remote reference not fetched: "URL/s" in secretGenerator[].files.',
    ],
  },
  {
    row: '51',
    title: 'a component outside',
    head: () => kustomization('resources: [a.yaml]\ncomponents: [../../outside]'),
    says: ['k/kustomization.yaml:2 path-outside: The path "../../outside" in components leaves the repository.'],
  },
  {
    row: '52',
    title: 'a resource is a link outside',
    head: (a) => kustomization('resources: [x.yaml]', { 'k/x.yaml': { link: `${a.outside}/a.yaml` } }),
    says: [
      link('k/x.yaml'),
      'k/kustomization.yaml kustomize-failed: kustomize could not build k: k/x.yaml does not exist',
    ],
  },
  {
    row: '52b',
    title: 'a folder of resources is a link outside',
    head: (a) => kustomization('resources: [base]', { 'k/base': { link: a.outside } }),
    says: [link('k/base'), 'k/kustomization.yaml kustomize-failed: kustomize could not build k: k/base does not exist'],
  },
  {
    row: '53',
    title: 'a circle',
    head: () => kustomization('resources: [../b]', { 'b/kustomization.yaml': 'resources: [../k]' }),
    says: [
      'k/kustomization.yaml:1 kustomize-cycle: The kustomizations include one another in a circle: "b" → "k" → "b".',
    ],
  },
  {
    row: '55',
    title: 'a folder is called like a flag',
    head: () => ({ '--enable-helm/kustomization.yaml': 'resources: [a.yaml]', '--enable-helm/a.yaml': configMap('x') }),
    says: [],
    judged: true,
  },
  {
    row: '56',
    title: 'a folder is called like a git repository',
    head: () => ({ 'git@host:o/r/kustomization.yaml': 'resources: [a.yaml]', 'git@host:o/r/a.yaml': configMap('x') }),
    says: [],
    judged: true,
  },
  {
    row: '60b',
    title: 'a kustomization’s folder holds odd names',
    head: () => kustomization('resources: [a.yaml]', { 'k/..': 'x', 'k/.git/config': 'x', 'k/a\u0001b': 'x' }),
    says: [
      'k/.. file-name-refused: File "k/.." was left out: its path contains "..".',
      'k/.git/config file-name-refused: File "k/.git/config" was left out: its path contains ".git".',
      'k/a\\u0001b file-name-refused: File "k/a\\u0001b" was left out: its name contains a control character or line break.',
    ],
    judged: true,
  },
  {
    row: '61',
    title: 'a resource is a submodule',
    head: () => kustomization('resources: [a.yaml, sub]', { 'k/sub': { submodule: '1'.repeat(40) } }),
    says: [
      'k/kustomization.yaml kustomize-failed: kustomize could not build k: k/sub does not exist',
      'k/sub submodule: Submodule "k/sub" was not rendered: what it holds is not in this repository.',
    ],
  },
  {
    row: '62',
    title: 'a resource is a pointer of LFS',
    head: () =>
      kustomization('resources: [a.yaml]', {
        'k/a.yaml': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`,
      }),
    says: [
      'k/a.yaml lfs-pointer: File "k/a.yaml" is kept by git LFS and was not rendered.',
      'k/kustomization.yaml kustomize-failed: kustomize could not build k: k/a.yaml does not exist',
    ],
  },
  {
    row: '63',
    title: 'a line break in a template’s name',
    head: () => chart(configMap('x'), { 'c/templates/b.yaml\n---\nkind: Secret': configMap('y') }),
    says: [
      'c/templates/b.yaml\\u000a---\\u000akind: Secret file-name-refused: File "c/templates/b.yaml\\u000a---\\u000akind: Secret" was left out: its name contains a control character or line break.',
    ],
  },
];

test.each(cases.map((one) => [one.row, one.title, one] as const))('row %s: %s', async (_row, _title, one) => {
  const head = { ...one.head(arena), [beside]: privileged };
  const pull: HostilePull = { head, ...(one.base === undefined ? {} : { base: one.base }) };
  arena.begin();
  const report = await reviewPull(pull, small);
  arena.assertContained(JSON.stringify(report));
  const said = told(report).map((line) =>
    line.replaceAll(arena.url, 'URL').replaceAll(arena.outside, 'OUTSIDE').replaceAll(String(arena.port), 'PORT'),
  );
  expect([one.says, ...(one.orSays === undefined ? [] : [one.orSays])]).toContainEqual(said);
  // The others are judged all the same.
  expect(report.findings.map(({ check, location }) => [check, location.file])).toEqual([
    ['privileged-container', beside],
  ]);
  expect(report.problems.length > 0).toBe(one.judged !== true);
});

test('row 33: a value of four megabytes is judged, and cut where it is shown', async () => {
  const pod = privileged.replace('image: p:1', `image: "${'x'.repeat(4_000_000)}:latest"`);
  const report = await reviewPull({ head: chart(pod) }, arena.state.sandbox);
  expect(report.findings.map(({ check }) => check).sort()).toEqual(['image-tag-latest', 'privileged-container']);
  expect(report.problems).toEqual([]);
  const { summary, annotations } = toCheckRun(report, { checks: new Map(), report: 'introduced' });
  expect(Buffer.byteLength(summary)).toBeLessThan(65_536);
  for (const { message } of annotations) expect(Buffer.byteLength(message)).toBeLessThan(65_536);
});

test('row 36: a key that stands twice in a chart’s object is a finding, and the rest is judged', async () => {
  const head = { ...chart(`${configMap('x')}data: {a: b}\ndata: {a: c}\n`), [beside]: privileged };
  const checks = ['privileged-container', 'yaml-parse-problem'];
  const report = await reviewPull({ head, checks }, arena.state.sandbox);
  expect(
    report.findings.map(({ check, severity, location }) => [check, severity, location.file, location.span.startLine]),
  ).toEqual([
    ['yaml-parse-problem', 'high', 'c/templates/a.yaml', 6],
    ['privileged-container', 'high', beside, 6],
  ]);
  expect(report.problems).toEqual([]);
});
