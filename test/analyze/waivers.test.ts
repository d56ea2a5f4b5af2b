import { describe, expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { waive, type WaiverSources } from '../../src/analyze/waive.ts';
import type { Finding, Resource } from '../../src/model.ts';

const finding = (check: string, line: number, more: Partial<Finding> = {}): Finding => ({
  fingerprint: '0'.repeat(32),
  check,
  severity: 'high',
  message: 'm',
  status: 'introduced',
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  unit: 'plain:.',
  variants: [],
  path: [],
  location: {
    file: 'web.yaml',
    span: { startLine: line, startColumn: 1, endLine: line, endColumn: 2 },
    precision: 'exact',
    trail: [],
  },
  ...more,
});

function sources(more: Partial<WaiverSources>): WaiverSources {
  return {
    settings: [],
    today: '2026-06-30',
    checks,
    baseObject: () => undefined,
    headLines: () => undefined,
    baseLines: () => undefined,
    ...more,
  };
}

const annotated = (annotations: Record<string, string>): Partial<WaiverSources> => ({
  baseObject: () => ({ metadata: { annotations } }),
});
const written = (text: string): Partial<WaiverSources> => {
  const lines = text.split('\n');
  return { headLines: () => lines, baseLines: () => lines };
};

describe('the annotations people have already waive what they mean here, with their reason', () => {
  test.each([
    ['checkov.io/skip1', 'CKV_K8S_16=the agent needs the node', 'privileged-container', 'the agent needs the node'],
    ['checkov.io/skip2', 'CKV_K8S_14', 'image-tag-latest', 'No reason given.'],
    ['ignore-check.kube-linter.io/privileged-container', 'node agent', 'privileged-container', 'node agent'],
    ['ignore-check.kube-linter.io/latest-tag', 'pinned by the mirror', 'image-tag-latest', 'pinned by the mirror'],
    ['kube-linter.io/ignore-all', 'third party', 'privileged-container', 'third party'],
    ['kube-score/ignore', 'container-image-tag,pod-networkpolicy', 'image-tag-latest', 'No reason given.'],
    ['polaris.fairwinds.com/hostNetworkSet-exempt', 'true', 'host-network', 'No reason given.'],
    ['polaris.fairwinds.com/exempt', 'true', 'host-network', 'No reason given.'],
    ['kubescape.io/skip-C-0057', 'true', 'privileged-container', 'No reason given.'],
    ['kubescape.io/skip-1', 'C-0057 accepted by security', 'privileged-container', 'accepted by security'],
    ['plimsoll.dev/waive.host-network', 'until 2026-12-31 -- moves to a Service', 'host-network', 'moves to a Service'],
  ])('%s: %s', (key, value, check, reason) => {
    const { findings, notices } = waive([finding(check, 1)], sources(annotated({ [key]: value })));
    expect(findings[0]!.waiver).toMatchObject({ reason, source: `annotation ${key}` });
    expect(notices).toEqual([]);
  });

  test('but not what they do not name', () => {
    for (const [key, value] of [
      ['checkov.io/skip1', 'CKV_K8S_14=x'],
      ['ignore-check.kube-linter.io/latest-tag', 'x'],
      ['kubescape.io/skip-C-0075', 'true'],
      ['polaris.fairwinds.com/hostNetworkSet-exempt', 'false'],
    ] as const)
      expect(
        waive([finding('host-network', 1)], sources(annotated({ [key]: value }))).findings[0]!.waiver,
      ).toBeUndefined();
  });
});

const manifest = `# trivy:ignore:KSV-0009
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      hostNetwork: true
      # trivy:ignore:AVD-KSV-0017 trivy:ignore:ksv013
      containers:
      - name: app
        image: app:latest
        securityContext:
          privileged: true
      initContainers:
      - name: setup
        securityContext:
          privileged: true # trivy:ignore:KSV017:exp:2026-06-29
---
spec:
  hostNetwork: true`;

describe('a comment trivy:ignore', () => {
  const waived = (check: string, line: number): unknown =>
    waive([finding(check, line)], sources(written(manifest))).findings[0]!.waiver?.source;

  test('holds for the line, and for all within what it stands at', () => {
    expect(waived('privileged-container', 13)).toBe('comment trivy:ignore:AVD-KSV-0017');
    expect(waived('image-tag-latest', 11)).toBe('comment trivy:ignore:ksv013');
    expect(waived('host-network', 7)).toBe('comment trivy:ignore:KSV-0009');
  });

  test('does not hold beside it, nor in the next document', () => {
    expect(waived('privileged-container', 17)).toBeUndefined();
    expect(waived('host-network', 20)).toBeUndefined();
    expect(waived('image-tag-latest', 7)).toBeUndefined();
  });

  test('that is over is reported with its line', () => {
    const { notices } = waive([finding('privileged-container', 17)], sources(written(manifest)));
    expect(notices).toEqual([
      {
        code: 'waiver-expired',
        message:
          'The comment trivy:ignore:KSV017 (web.yaml:17) ended on 2026-06-29 and its finding counts again: extend or delete it.',
        file: 'web.yaml',
      },
    ]);
  });
});

describe('our own comment', () => {
  test.each([
    ['# plimsoll: waive host-network -- the agent watches the node\nhostNetwork: true', 2],
    ['hostNetwork: true # plimsoll: waive host-network,host-pid -- the agent watches the node', 1],
    ['{{/* plimsoll: waive host-network -- the agent watches the node */}}\nhostNetwork: {{ .Values.host }}', 2],
    ['# plimsoll: waive host-* until 2026-06-30 -- the agent watches the node\n# and more\nhostNetwork: true', 3],
  ])('%j', (text, line) => {
    const { findings } = waive([finding('host-network', line)], sources(written(text)));
    expect(findings[0]!.waiver).toMatchObject({ reason: 'the agent watches the node' });
  });

  test('needs a reason, ends when it says, and holds for its line alone', () => {
    for (const [text, line] of [
      ['# plimsoll: waive host-network\nhostNetwork: true', 2],
      ['# plimsoll: waive host-network until 2026-06-29 -- over\nhostNetwork: true', 2],
      ['# plimsoll: waive host-network -- of the spec\nspec:\n  hostNetwork: true', 3],
    ] as const)
      expect(waive([finding('host-network', line)], sources(written(text))).findings[0]!.waiver).toBeUndefined();
  });
});

test('what waives nothing is reported where everything was judged, and only ours', () => {
  const object = (name: string, annotations: Record<string, string>): Resource => ({
    unit: 'plain:.',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name,
    manifest: { metadata: { name, annotations } },
    origin: { file: `${name}.yaml` },
    index: 0,
    locate: () => ({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }),
  });
  const web = object('web', { 'plimsoll.dev/waive.host-network': 'why', 'checkov.io/skip1': 'CKV_K8S_16=x' });
  const api = object('api', { 'plimsoll.dev/waive.host-pid': 'why' });
  const lines = ['# plimsoll: waive host-ipc -- why', 'spec:', 'hostPID: true # plimsoll: waive host-pid -- why'];
  const { notices } = waive(
    [finding('host-network', 2), finding('host-pid', 3)],
    sources({
      baseObject: () => web.manifest,
      headLines: () => lines,
      baseLines: () => lines,
      whole: { objects: [web, api], files: new Map([['web.yaml', lines]]) },
    }),
  );
  expect(notices.map(({ code, message, file }) => [code, message.split(' matches ')[0], file])).toEqual([
    ['waiver-unused', 'The annotation plimsoll.dev/waive.host-pid of Deployment api', 'api.yaml'],
    ['waiver-unused', 'The comment plimsoll: waive (web.yaml:1)', 'web.yaml'],
  ]);
});
