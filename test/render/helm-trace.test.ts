import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Path } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { instrument, parseTemplates } from '../../src/render/helm/instrument.ts';
import { lexTemplate, TemplateSyntaxError } from '../../src/render/helm/template-lexer.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import { rendererOf } from '../../src/render/renderers.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { defaultSettings } from '../../src/settings.ts';
import { memoryTree } from '../support/memory-tree.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  ({ sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' }));
});

type Files = Record<string, string>;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.name" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  template:
    spec:
      {{- if .Values.hostNetwork }}
      hostNetwork: true
      {{- end }}
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          args:
            {{- range .Values.args }}
            - {{ . | quote }}
            {{- end }}
`;

const chart: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'values.yaml': `image:
  repository: registry.example/app
  tag: latest
# of the container
securityContext:
  runAsUser: 1000
resources: {}
hostNetwork: true
args: [one, two]
`,
  'templates/_helpers.tpl': `{{- define "app.name" -}}
{{- .Release.Name | trunc 20 -}}
{{- end -}}
{{- define "app.labels" -}}
app: {{ include "app.name" . }}
tier: web
{{- end -}}
`,
  'templates/deployment.yaml': deployment,
};

async function traced(files: Files, path: Path, variant = '') {
  const tree = memoryTree(files);
  const { units } = await discoverUnits(tree, 'all', defaultSettings);
  const unit = units.find((one) => one.variant === variant)!;
  const rendered = await rendererOf(unit).render(unit, { tree, sandbox, kubeVersion: '1.35.0', apiVersions: [] });
  const resource = rendered.resources.find(({ kind }) => kind === 'Deployment')!;
  const { file, span, precision, trail } = await rendered.trace(resource, path);
  return {
    at: `${file}:${span.startLine}`,
    text: files[file]?.split('\n')[span.startLine - 1]?.trim(),
    precision,
    trail: trail.map((step) => `${step.file}:${step.span.startLine}`),
  };
}

const container = ['spec', 'template', 'spec', 'containers', 0] as const;

describe('a field of a chart', () => {
  test('printed by toYaml leads to its key in values.yaml', async () => {
    expect(await traced(chart, [...container, 'securityContext', 'runAsUser'])).toMatchObject({
      at: 'values.yaml:6',
      text: 'runAsUser: 1000',
      precision: 'verified',
      trail: ['templates/deployment.yaml:17'],
    });
  });

  test('composed of two values leads to the one that varies', async () => {
    expect(await traced(chart, [...container, 'image'])).toMatchObject({ text: 'tag: latest', precision: 'verified' });
  });

  test('static under a condition leads to the value that switches it', async () => {
    expect(await traced(chart, ['spec', 'template', 'spec', 'hostNetwork'])).toMatchObject({
      text: 'hostNetwork: true',
      at: 'values.yaml:8',
      precision: 'verified',
    });
  });

  test('missing from an empty map in values leads to that map', async () => {
    expect(await traced(chart, [...container, 'resources', 'limits', 'memory'])).toMatchObject({
      at: 'values.yaml:7',
      text: 'resources: {}',
      precision: 'verified',
    });
  });

  test('of a values file leads to that file, not to the default', async () => {
    const files = { ...chart, 'values-prod.yaml': 'securityContext:\n  runAsUser: 0\n' };
    expect(await traced(files, [...container, 'securityContext', 'runAsUser'], 'values-prod.yaml')).toMatchObject({
      at: 'values-prod.yaml:2',
      precision: 'verified',
    });
  });

  test('that no value sets leads to the template line, through the define that wrote it', async () => {
    expect(await traced(chart, ['metadata', 'labels', 'tier'])).toMatchObject({
      at: 'templates/_helpers.tpl:6',
      text: 'tier: web',
      precision: 'verified',
      trail: ['templates/deployment.yaml:6'],
    });
  });

  test('of a subchart leads to the key of the parent that wins', async () => {
    const files: Files = {
      'Chart.yaml': 'apiVersion: v2\nname: parent\nversion: 1.0.0\n',
      'values.yaml': 'app:\n  securityContext:\n    runAsUser: 7\n',
      ...Object.fromEntries(Object.entries(chart).map(([path, text]) => [`charts/app/${path}`, text])),
    };
    expect(await traced(files, [...container, 'securityContext', 'runAsUser'])).toMatchObject({
      at: 'values.yaml:3',
      precision: 'verified',
    });
  });
});

describe('marks', () => {
  test('taken out leave the templates as they were, apart from what marks the lines of values', () => {
    const sources = new Map([['templates/deployment.yaml', deployment]]);
    const marks = instrument(parseTemplates(sources), 'nonce', new Set());
    const marked = marks.files.get('templates/deployment.yaml')!.split('\n');
    const plain = deployment.split('\n');
    plain.forEach((line, at) => {
      if (line !== '' && !line.includes('{{')) expect(marks.strip(marked[at] ?? '').text).toBe(line);
    });
    expect(marks.strip(marked[0]!).marks).toEqual([{ file: 'templates/deployment.yaml', line: 1 }]);
  });

  test('never stand on a document separator, a comment or a blank line', () => {
    const { files } = instrument(
      parseTemplates(new Map([['templates/a.yaml', 'a: 1\n---\n# note\n\nb: 2\n']])),
      'nonce',
      new Set(),
    );
    const [first, separator, comment, blank] = files.get('templates/a.yaml')!.split('\n');
    expect([separator, comment, blank]).toEqual(['---', '# note', '']);
    expect(first).toMatch(/^a: 1 #nonce/);
  });

  test('cannot break the lexer, whatever the text', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      '/*',
      '*/',
      '"',
      '`',
      "'",
      '\\',
      '\n',
      ' ',
      'if .a',
      'end',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join('');
        try {
          const parts = lexTemplate(source);
          expect(parts.map(({ start, end }) => source.slice(start, end)).join('')).toBe(source);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateSyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
