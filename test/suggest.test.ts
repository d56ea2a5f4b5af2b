import { beforeAll, describe, expect, test } from '@jest/globals';
import { checks } from '../checks/index.ts';
import type { Mended } from '../src/fix-places.ts';
import type { Finding } from '../src/model.ts';
import { openSandbox } from '../src/render/open-sandbox.ts';
import type { Sandbox } from '../src/render/sandbox.ts';
import { review } from '../src/review.ts';
import { defaultSettings } from '../src/settings.ts';
import { memoryTree } from './support/memory-tree.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  ({ sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' }));
});

type Files = Record<string, string>;

/** Fixes of all findings of a check, risky ones too, made at once: the lines that go and come, by file. */
async function mended(
  files: Files,
  ...only: string[]
): Promise<{ lines: Record<string, string[]>; findings: readonly Finding[]; open: number }> {
  let result: Mended = { files: [], findings: [], left: [], unheld: new Map() };
  const report = await review(
    {
      repository: 'example/gitops',
      head: memoryTree(files),
      changes: 'all',
      settings: defaultSettings,
      settingsProblems: [],
      checks: only,
      suggest: { of: 'all', risky: true, budget: 60 },
    },
    {
      sandbox,
      loadChecks: () => Promise.resolve(checks),
      concurrency: 2,
      today: '2026-01-01',
      now: () => performance.now(),
      mended: (found) => (result = found),
    },
  );
  expect(report.problems).toEqual([]);
  return {
    lines: Object.fromEntries(result.files.map(({ path, before, after }) => [path, difference(before, after)])),
    findings: report.findings,
    open: report.findings.filter(({ suggestion }) => suggestion === undefined).length,
  };
}

/** Lines that went and came between the common beginning and end. */
function difference(before: string, after: string): string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  while (was.length > 0 && was[0] === is[0]) for (const lines of [was, is]) lines.shift();
  while (was.length > 0 && was.at(-1) === is.at(-1)) for (const lines of [was, is]) lines.pop();
  return [...was.map((line) => `-${line}`), ...is.map((line) => `+${line}`)];
}

const pod = (more: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: registry.example/app:1.0
${more}`;

describe('a plain manifest', () => {
  test('is changed where the value stands, its comment kept', async () => {
    const files = { 'a/pod.yaml': pod('      securityContext:\n        privileged: true # why\n') };
    expect((await mended(files, 'privileged-container')).lines).toEqual({
      'a/pod.yaml': ['-        privileged: true # why', '+        privileged: false # why'],
    });
  });

  test('takes what is missing, several findings in one mapping', async () => {
    const files = { 'a/pod.yaml': pod('').replaceAll('\n', '\r\n') };
    const { lines, findings } = await mended(files, 'allow-privilege-escalation', 'read-only-root-filesystem');
    expect(lines).toEqual({
      'a/pod.yaml': [
        '+      securityContext:\r',
        '+        allowPrivilegeEscalation: false\r',
        '+        readOnlyRootFilesystem: true\r',
      ],
    });
    // Each alone says all that it needs.
    expect(findings.map(({ suggestion }) => suggestion?.text)).toEqual([
      '\r\n      securityContext:\r\n        allowPrivilegeEscalation: false',
      '\r\n      securityContext:\r\n        readOnlyRootFilesystem: true',
    ]);
  });

  test('of several documents, in a list, and in JSON', async () => {
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n';
    const files = {
      'a/all.yaml': `${account.replace('default', 'other')}---\n${account}`,
      'b/list.yaml':
        'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ServiceAccount\n    metadata: { name: default }\n',
      'c/one.json': '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}\n',
    };
    const { lines } = await mended(files, 'default-service-account-automount');
    expect(lines).toEqual({
      'a/all.yaml': ['+automountServiceAccountToken: false'],
      'b/list.yaml': ['+    automountServiceAccountToken: false'],
      'c/one.json': [
        `-${files['c/one.json'].trim()}`,
        '+{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}, "automountServiceAccountToken": false}',
      ],
    });
  });

  test('is left alone where an anchor would carry the change elsewhere', async () => {
    const context = '      securityContext: &shared\n        privileged: true\n';
    const other = `    - name: other\n      image: registry.example/b:1.0\n      securityContext:\n        <<: *shared\n`;
    expect(await mended({ 'a/pod.yaml': pod(`${context}${other}`) }, 'privileged-container')).toMatchObject({
      lines: {},
    });
  });
});

const chart: Files = {
  'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'c/values.yaml': `# of the container
securityContext: {}
#  runAsUser: 1000
hostNetwork: true
workers: [one, two]
`,
  'c/templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  {{- end }}
  containers:
    - name: app
      image: registry.example/app:1.0
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
`,
};

describe('a chart', () => {
  test('has its values set where they are wired', async () => {
    expect((await mended(chart, 'host-network')).lines).toEqual({
      'c/values.yaml': ['-hostNetwork: true', '+hostNetwork: false'],
    });
    expect((await mended(chart, 'allow-privilege-escalation')).lines).toEqual({
      'c/values.yaml': ['-securityContext: {}', '+securityContext:', '+  allowPrivilegeEscalation: false'],
    });
  });

  test('has its template changed where nothing in the values is wired', async () => {
    const template = (chart['c/templates/pod.yaml'] ?? '')
      .replace(/\{\{- toYaml.*\n/, 'privileged: true # oh\n')
      .replace('        privileged', '        privileged');
    const files = { ...chart, 'c/templates/pod.yaml': template };
    expect((await mended(files, 'privileged-container')).lines).toEqual({
      'c/templates/pod.yaml': ['-        privileged: true # oh', '+        privileged: false # oh'],
    });
    expect((await mended(files, 'service-account-token-automount')).lines).toEqual({
      'c/templates/pod.yaml': ['+  automountServiceAccountToken: false'],
    });
  });

  test('has one line changed for all objects that a loop writes', async () => {
    const files = {
      ...chart,
      'c/templates/pod.yaml': `{{- range .Values.workers }}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ . }}
spec:
  hostPID: true
  containers: [{ name: app, image: "registry.example/app:1.0" }]
{{- end }}
`,
    };
    const { lines, findings } = await mended(files, 'host-pid');
    expect(lines).toEqual({ 'c/templates/pod.yaml': ['-  hostPID: true', '+  hostPID: false'] });
    expect(findings.map(({ suggestion }) => suggestion?.span.startLine)).toEqual([8, 8]);
  });

  test('has each variant mended where its value is set, and one change for those that share it', async () => {
    const files = { ...chart, 'c/ci/a-values.yaml': 'workers: []\n', 'c/ci/b-values.yaml': 'hostNetwork: true\n' };
    const { lines, findings } = await mended(files, 'host-network');
    expect(findings.map(({ variants, suggestion }) => [variants.length, suggestion?.file])).toEqual([
      [2, 'c/values.yaml'],
      [1, 'c/ci/b-values.yaml'],
    ]);
    expect(lines).toEqual({
      'c/values.yaml': ['-hostNetwork: true', '+hostNetwork: false'],
      'c/ci/b-values.yaml': ['-hostNetwork: true', '+hostNetwork: false'],
    });
  });

  test('has one finding of several variants mended in the values that they share', async () => {
    const files = {
      ...chart,
      'c/templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: registry.example/app:1.0
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
`,
      'c/values.yaml': 'podSecurityContext: {}\n',
      'c/ci/a-values.yaml': 'podSecurityContext: {}\n',
    };
    const { lines, findings } = await mended(files, 'seccomp-profile-missing');
    expect(findings.map(({ variants }) => variants.length)).toEqual([2]);
    expect(lines).toEqual({
      'c/values.yaml': [
        '-podSecurityContext: {}',
        '+podSecurityContext:',
        '+  seccompProfile:',
        '+    type: RuntimeDefault',
      ],
    });
  });

  test('is left alone where the value does more than the finding', async () => {
    const files = {
      ...chart,
      'c/templates/note.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: note\ndata:\n  mode: {{ ternary "host" "pod" .Values.hostNetwork }}\n',
    };
    expect(await mended(files, 'host-network')).toMatchObject({ lines: {}, open: 1 });
  });

  test('may make up names and passwords in each render', async () => {
    const files = {
      ...chart,
      'c/templates/pod.yaml': (chart['c/templates/pod.yaml'] ?? '').replace(
        'Release.Name }}',
        'Release.Name }}-{{ randAlphaNum 5 | lower }}',
      ),
      'c/templates/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  p: {{ randAlphaNum 20 }}\n',
    };
    expect((await mended(files, 'host-network')).lines).toEqual({
      'c/values.yaml': ['-hostNetwork: true', '+hostNetwork: false'],
    });
  });

  test('takes the values from the GitOps object that holds them', async () => {
    const files = {
      ...chart,
      'c/values.yaml': 'securityContext: {}\n',
      'apps/c.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: c, namespace: argocd }
spec:
  project: p
  source:
    repoURL: https://git.example/gitops.git
    path: c
    targetRevision: v1
    helm:
      valuesObject:
        hostNetwork: true # for now
  destination: { server: https://kubernetes.default.svc, namespace: c }
`,
    };
    expect((await mended(files, 'host-network')).lines).toEqual({
      'apps/c.yaml': ['-        hostNetwork: true # for now', '+        hostNetwork: false # for now'],
    });
  });
});

test('a dependency is mended in the values of the chart that depends on it', async () => {
  const { 'c/values.yaml': values = '', 'c/templates/pod.yaml': template = '', 'c/Chart.yaml': metadata = '' } = chart;
  const files = {
    'p/Chart.yaml': 'apiVersion: v2\nname: p\nversion: 1.0.0\n',
    'p/values.yaml': '# of the dependency\nc:\n  workers: []\n',
    'p/charts/c/Chart.yaml': metadata,
    'p/charts/c/values.yaml': values.replace('hostNetwork: true\n', ''),
    'p/charts/c/templates/pod.yaml': template,
  };
  const { lines } = await mended(files, 'allow-privilege-escalation');
  expect(Object.keys(lines)).toHaveLength(1);
  expect(Object.values(lines)[0]?.at(-1)?.trim()).toMatch(/allowPrivilegeEscalation: false$/);
});

describe('a kustomization', () => {
  const base: Files = {
    'base/kustomization.yaml': 'resources: [pod.yaml]\n',
    'base/pod.yaml': pod('      securityContext:\n        readOnlyRootFilesystem: true\n'),
  };
  const overlay = (patch: string): string => `resources: [../base]\n${patch}`;

  test('has its patch changed where the patch sets the value', async () => {
    const files = {
      ...base,
      'over/kustomization.yaml': overlay('patches: [{ path: patch.yaml }]\n'),
      'over/patch.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { hostPID: true }\n',
    };
    expect((await mended(files, 'host-pid')).lines).toEqual({
      'over/patch.yaml': ['-spec: { hostPID: true }', '+spec: { hostPID: false }'],
    });
  });

  test('has an operation of a patch inside it changed', async () => {
    const files = {
      ...base,
      'over/kustomization.yaml': overlay(
        'patches:\n  - target: { kind: Pod }\n    patch: |-\n      - op: add\n        path: /spec/hostPID\n        value: true # now\n',
      ),
    };
    expect((await mended(files, 'host-pid')).lines).toEqual({
      'over/kustomization.yaml': ['-        value: true # now', '+        value: false # now'],
    });
  });

  test('has what is missing added to the base', async () => {
    const files = { ...base, 'over/kustomization.yaml': overlay('namePrefix: x-\n') };
    expect((await mended(files, 'allow-privilege-escalation')).lines).toEqual({
      'base/pod.yaml': ['+        allowPrivilegeEscalation: false'],
    });
  });
});

test('a budget that is spent leaves findings without suggestion, and a review asks for none of risky ones', async () => {
  const files = { 'a/pod.yaml': pod('') };
  const ask = async (suggest: { risky?: boolean; budget?: number }): Promise<unknown[]> => {
    const report = await review(
      {
        repository: 'example/gitops',
        base: memoryTree({ 'README.md': 'one' }),
        head: memoryTree(files),
        changes: [{ path: 'a/pod.yaml', status: 'added' }],
        settings: defaultSettings,
        settingsProblems: [],
        checks: ['allow-privilege-escalation', 'read-only-root-filesystem'],
        suggest: { of: 'introduced', ...suggest },
      },
      { sandbox, loadChecks: () => Promise.resolve(checks), concurrency: 1, today: '2026-01-01', now: () => 0 },
    );
    return report.findings.flatMap(({ check, suggestion }) => (suggestion === undefined ? [] : [check]));
  };
  expect(await ask({})).toEqual(['allow-privilege-escalation']);
  expect(await ask({ risky: true })).toEqual(['allow-privilege-escalation', 'read-only-root-filesystem']);
  expect(await ask({ budget: 0 })).toEqual([]);
});
