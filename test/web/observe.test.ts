/** What an operator sees of a server at work: its metrics, its traces, its log. And what nobody must see there. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startCollector, type CollectedSpan, type Collector } from '../support/collector.ts';
import { startGitHub, type GitHub, type Pull } from '../support/github/github.ts';
import { freePort } from '../support/github/start-app.ts';
import { queriesOf, selectors } from '../support/promql.ts';

const root = join(import.meta.dirname, '../..');
const repository = 'acme/gitops';
const password = 'Zx9-hunter2-in-a-chart';
const files = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'shop/values.yaml': `password: ${password}\nprivileged: true\n`,
  'shop/templates/secret.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: { name: shop }\nstringData:\n  password: {{ .Values.password }}\n',
  'shop/templates/pod.yaml': [
    'apiVersion: v1',
    'kind: Pod',
    'metadata: { name: shop-of-secrets }',
    'spec:',
    '  containers:',
    '    - name: app',
    '      image: registry.example/shop:1.0.0',
    '      securityContext:',
    '        privileged: {{ .Values.privileged }}',
    '',
  ].join('\n'),
};

let github: GitHub;
let collector: Collector;
let server: ChildProcess;
let folder: string;
let pull: Pull;
let metrics: string;
let log = '';

/** Waits for something that only asking can tell. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come to pass. The log:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

beforeAll(async () => {
  github = await startGitHub();
  collector = await startCollector();
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-observe-'));
  const port = String(await freePort());
  const { PATH } = process.env;
  server = spawn(process.execPath, [join(root, 'src/entry/plimsoll.js'), 'serve'], {
    cwd: folder,
    env: {
      ...{ PATH, HOME: folder, TMPDIR: folder, PLIMSOLL_CACHE: join(folder, 'cache'), PLIMSOLL_SANDBOX: 'auto' },
      ...{ ...github.env, PORT: port, LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'plimsoll-of-the-tests' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until(() => answers(`${url}/readyz`));
  github.webhookUrl = `${url}/api/github/webhooks`;
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '' } });
  pull = await github.openPull(repository, { title: 'A title that says much', branch: 'shop', files });
  await github.announce(repository, pull, 'opened');
  await until(() => github.checkRuns(repository, pull.head.sha)[0]?.status === 'completed');
  const [run] = github.checkRuns(repository, pull.head.sha);
  if (run?.annotations.length === 0) throw new Error(`It was not judged: ${run.title}. ${run.summary}\n${log}`);
  // A newer head would end the job, and it has comments to write yet.
  const idle = async (): Promise<boolean> =>
    /^plimsoll_jobs\{state="running"\} 0$/m.test(await (await fetch(`${url}/metrics`)).text());
  await until(idle);
  // One that is not found, for the log.
  const lost = { ...pull, head: { ...pull.head, sha: 'f'.repeat(40) } };
  await github.announce(repository, lost, 'opened');
  await until(() => github.checkRuns(repository, lost.head.sha)[0]?.status === 'completed');
  await until(idle);
  metrics = await (await fetch(`${url}/metrics`)).text();
  server.kill('SIGTERM');
  await once(server, 'exit');
}, 240_000);

afterAll(async () => {
  if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL');
  await collector.close();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of the review that went well: the spans of its delivery, by their parents. */
function reviewed(): { spans: CollectedSpan[]; inside: (outer: string) => string[] } {
  const job = collector.spans.find((span) => span.name === 'job' && span.attributes['plimsoll.head'] === pull.head.sha);
  const spans = collector.spans.filter(({ traceId }) => traceId === job?.traceId);
  const ids = (name: string): string[] => spans.filter((span) => span.name === name).map(({ spanId }) => spanId);
  return {
    spans,
    inside: (outer) => spans.filter(({ parentSpanId }) => ids(outer).includes(parentSpanId)).map(({ name }) => name),
  };
}

test('One trace leads from the delivery through the job and the review’s stages to each render and each request to GitHub.', () => {
  const { spans, inside } = reviewed();
  expect(spans.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name)).toEqual([
    'delivery pull_request',
  ]);
  expect(inside('delivery pull_request')).toEqual(['job']);
  expect(inside('job')).toEqual(expect.arrayContaining(['review', 'publish', 'comment']));
  expect(inside('job')).toContain('GitHub POST /repos/{owner}/{repo}/check-runs');
  expect(inside('review')).toEqual(
    expect.arrayContaining(['settings', 'fetch', 'discover', 'render', 'check', 'compare', 'locate', 'fix', 'report']),
  );
  expect(inside('render')).toContain('helm');
  expect(inside('GitHub POST /repos/{owner}/{repo}/check-runs')).toEqual(['POST']);
  expect(spans.filter(({ failed }) => failed)).toEqual([]);
});

test('A span says which job of which head it is, and no more than ids, names and counts.', () => {
  const job = reviewed().spans.find(({ name }) => name === 'job');
  expect(job?.attributes).toMatchObject({
    'plimsoll.repository': repository,
    'plimsoll.pull': pull.number,
    'plimsoll.head': pull.head.sha,
    'plimsoll.try': 1,
  });
  const names = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...names].sort()).toEqual([
    'error.type',
    'http.request.method',
    'http.response.status_code',
    'plimsoll.conclusion',
    'plimsoll.delivery',
    'plimsoll.event',
    'plimsoll.findings',
    'plimsoll.head',
    'plimsoll.installation',
    'plimsoll.outcome',
    'plimsoll.pull',
    'plimsoll.repository',
    'plimsoll.stage',
    'plimsoll.tool',
    'plimsoll.try',
    'plimsoll.units',
    'url.template',
  ]);
  expect(collector.bodies.join('\n')).toContain('plimsoll-of-the-tests');
});

test('The metrics tell stages, renders, the cache, requests and what is left of GitHub’s limit.', () => {
  for (const stage of ['settings', 'fetch', 'discover', 'render', 'check', 'compare', 'locate', 'fix', 'report'])
    expect(metrics).toMatch(new RegExp(`^plimsoll_stage_seconds_count\\{stage="${stage}"\\} [1-9]`, 'm'));
  expect(metrics).toMatch(/^plimsoll_renders_total\{tool="helm",outcome="done"\} [1-9]/m);
  // Without isolation nothing is kept.
  if (/^plimsoll_sandbox_proven\{.*\} 1$/m.test(metrics))
    expect(metrics).toMatch(/^plimsoll_render_cache_total\{event="miss"\} [1-9]/m);
  expect(metrics).toMatch(/^plimsoll_github_requests_total\{method="PATCH",status="200"\} [1-9]/m);
  expect(metrics).toMatch(/^plimsoll_sandbox_proven\{backend="[a-z]+"\} [01]$/m);
});

test('Every line of the log about a review names its delivery.', () => {
  const lines = log
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
  const about = lines.filter((line) => JSON.stringify(line).includes(repository) || 'err' in line);
  expect(about.length).toBeGreaterThan(0);
  for (const line of about) expect(line).toMatchObject({ delivery: expect.stringMatching(/^[-0-9a-f]{36}$/) });
});

test('Nothing of a repository’s contents, no key and no token is in metrics, traces and log.', () => {
  const { PRIVATE_KEY = '', WEBHOOK_SECRET = '' } = github.env;
  const tokens = github.requests.flatMap((request) => request.tokens).filter((token) => token.length > 8);
  const hidden = [
    ...[
      password,
      Buffer.from(password).toString('base64'),
      'shop-of-secrets',
      pull.title,
      'values.yaml',
      WEBHOOK_SECRET,
    ],
    ...PRIVATE_KEY.split('\n').filter((line) => line.length > 40),
    ...tokens,
  ];
  const where = { metrics, traces: collector.bodies.join('\n'), log };
  for (const [name, text] of Object.entries(where))
    for (const secret of hidden)
      expect([name, secret.slice(0, 12), text.includes(secret)]).toEqual([name, secret.slice(0, 12), false]);
  expect(metrics).not.toContain('acme');
});

/** Labels of each metric, as `/metrics` knows them: from its samples, and from the code for what has none yet. */
function exposed(): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const [, name = ''] of metrics.matchAll(/^# HELP (\S+)/gm)) known.set(name, new Set());
  for (const [, sample = '', labels = ''] of metrics.matchAll(/^([a-z0-9_]+)(?:\{(.*)\})? \S+$/gm)) {
    const base = known.has(sample) ? sample : sample.replace(/_(?:bucket|sum|count)$/, '');
    const set = known.get(base) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) set.add(label);
    known.set(sample, set).set(base, set);
  }
  return known;
}

const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/plimsoll.json'), 'utf8')) as {
  schemaVersion: number;
  panels: { type: string; title: string; targets?: { expr: string }[] }[];
  templating: { list: { type: string; name: string }[] };
};
const alerts = parse(readFileSync(join(root, 'deploy/chart/files/alerts.yaml'), 'utf8')) as {
  groups: { rules: { alert: string; expr: string; labels: object; annotations: { summary: string } }[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);

test('Every metric and label that the dashboard and the alerts ask for is one that the server tells.', () => {
  const known = exposed();
  const asked = [...dashboard.panels.flatMap(queriesOf), ...rules.map(({ expr }) => expr)];
  expect(asked.length).toBeGreaterThan(15);
  for (const expression of asked)
    for (const { metric, labels } of selectors(expression)) {
      expect([expression, [...known.keys()].includes(metric)]).toEqual([expression, true]);
      // A metric without a sample yet tells no labels.
      const told = known.get(metric) ?? new Set();
      if (told.size > 0)
        expect(labels.filter((label) => !told.has(label)).map((label) => `${metric}: ${label}`)).toEqual([]);
    }
});

test('The dashboard has a panel for each of our metrics, and lets the reader choose the data source.', () => {
  const asked = new Set(
    dashboard.panels
      .flatMap(queriesOf)
      .flatMap(selectors)
      .map(({ metric }) => metric),
  );
  const bases = [...metrics.matchAll(/^# HELP (plimsoll_\S+)/gm)].map(([, name = '']) => name);
  const missing = bases.filter(
    (name) => ![name, `${name}_bucket`, `${name}_sum`, `${name}_count`].some((one) => asked.has(one)),
  );
  expect(missing).toEqual([]);
  expect(dashboard.templating.list).toContainEqual(expect.objectContaining({ type: 'datasource', name: 'datasource' }));
  expect(JSON.stringify(dashboard)).not.toMatch(/"uid":"(?!\$\{datasource\}|plimsoll")/);
});

test('What is written about the alerts is what they are.', () => {
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  for (const { alert, expr, annotations } of rules) {
    expect(page).toContain(`\`${alert}\``);
    expect(page).toContain(`\`${expr.replaceAll(/\s+/g, ' ').trim()}\``);
    expect(annotations.summary).not.toBe('');
  }
});
