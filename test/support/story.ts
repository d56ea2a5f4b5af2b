/** One pull request through five pushes, with what stands in its check run and its threads after each. */
import type { Serving } from '../../src/entry/server.ts';
import { plural } from '../../src/report/summarize.ts';
import type { GitHub, Pull, Thread } from './github/github.ts';

const repository = 'acme/gitops';
const values = 'charts/api/values.yaml';

const hardened = [
  'image: registry.example.com/shop/api:2.9.1@sha256:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
  'hostNetwork: false',
  'hostPID: false',
  'automountServiceAccountToken: false',
  'securityContext:',
  '  allowPrivilegeEscalation: false',
  '  readOnlyRootFilesystem: true',
  '  runAsNonRoot: true',
  '  runAsUser: 10001',
  '  capabilities: { drop: [ALL] }',
  '  seccompProfile: { type: RuntimeDefault }',
];

const chart = {
  '.github/plimsoll.yml': '# What the platform team agreed on.\nfail-on: medium\n',
  'charts/api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
  'charts/api/templates/deployment.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: {{ .Release.Name }}',
    '  namespace: shop',
    'spec:',
    '  replicas: 2',
    '  selector: { matchLabels: { app: api } }',
    '  template:',
    '    metadata: { labels: { app: api } }',
    '    spec:',
    '      automountServiceAccountToken: {{ .Values.automountServiceAccountToken }}',
    '      hostNetwork: {{ .Values.hostNetwork }}',
    '      hostPID: {{ .Values.hostPID }}',
    '      containers:',
    '        - name: api',
    '          image: {{ .Values.image }}',
    '          securityContext:',
    '            {{- toYaml .Values.securityContext | nindent 12 }}',
    '          resources:',
    '            requests: { cpu: 100m, memory: 128Mi }',
    '            limits: { cpu: 400m, memory: 128Mi }',
    '',
  ].join('\n'),
};

/** The values with some lines changed, and some put above. */
function changed(lines: Record<string, string>, above: readonly string[] = []): { files: Record<string, string> } {
  const text = hardened.map((line) => lines[line] ?? line);
  return { files: { [values]: [...above, ...text, ''].join('\n') } };
}

const network = { 'hostNetwork: false': 'hostNetwork: true' };
const processes = { 'hostPID: false': 'hostPID: true' };
const token = { 'automountServiceAccountToken: false': 'automountServiceAccountToken: true' };
const comment = ['# The API of the shop.', '# Ask the shop team.'];

/**
 * Tells the story, chapter by chapter. The App must already serve this GitHub, and be allowed to write contents.
 */
export async function tellStory(github: GitHub, app: Serving): Promise<string> {
  const chapters: string[] = [];
  async function chapter(title: string, pull: Pull, action: string): Promise<void> {
    if (action !== '') await github.announce(repository, pull, action);
    await app.queue?.idle();
    chapters.push([`== ${chapters.length + 1}. ${title}`, '', ...standing(github, pull.number), ''].join('\n'));
  }

  await github.createRepository(repository, { files: { ...chart, ...changed({}).files } });
  github.allow(repository, 'mona', 'write');

  let pull = await github.openPull(repository, {
    title: 'Debug the API',
    branch: 'debug',
    ...changed({ ...network, ...processes }),
  });
  await chapter('Two faults are introduced.', pull, 'opened');

  pull = await github.push(repository, pull, changed({ ...network, ...processes }, comment));
  await chapter('Lines are put above: all else moves down.', pull, 'synchronize');

  pull = await github.push(repository, pull, changed(processes, comment));
  await chapter('The host network is given up again.', pull, 'synchronize');

  const restart = { restart: true, from: 'refs/heads/main' };
  pull = await github.push(repository, pull, { ...changed({ ...processes, ...token }, comment), ...restart });
  await chapter('A force push squashes the branch, and mounts a token of the cluster.', pull, 'synchronize');

  await github.say(
    repository,
    pull,
    'mona',
    '/plimsoll waive host-pid The profiler watches other processes until 2099-12-31',
  );
  await app.queue?.idle();
  const [proposed] = github.pulls(repository).filter(({ author }) => author === 'plimsoll[bot]');
  if (proposed === undefined) throw new Error('No pull request with the waiver was opened.');
  await github.forge.updateRef(repository, 'refs/heads/main', proposed.head.sha);
  pull = await github.push(repository, pull, { files: { 'NOTES.md': 'The profiler stays.\n' } });
  await chapter(
    'Mona asks for a waiver; its pull request is merged into the base; then she pushes again.',
    pull,
    'synchronize',
  );

  const [run] = github.checkRuns(repository, pull.head.sha).slice(-1);
  const click = { action: 'requested_action', check_run: run, requested_action: { identifier: 'fix' } };
  await github.deliver('check_run', { ...click, sender: { login: 'mona' } }, { repository });
  await app.queue?.idle();
  await chapter(
    'Mona clicks “Fix”, and the App commits what it could verify.',
    github.pull(repository, pull.number),
    'synchronize',
  );
  return chapters.join('\n');
}

function standing(github: GitHub, number: number): string[] {
  const { head } = github.pull(repository, number);
  const [run] = github.checkRuns(repository, head.sha).slice(-1);
  const of = github.conversations;
  const threads = of.threads.filter(({ pull }) => pull === number);
  const comments = of.comments.filter(({ pull }) => pull === number);
  return [
    `Check run: ${run?.conclusion ?? 'none'}`,
    `  ${run?.title ?? ''}`,
    `  buttons: ${run?.actions?.map(({ label }) => label).join(', ') ?? 'none'}`,
    ...(run?.annotations ?? []).map(
      ({ path, start_line: line, annotation_level: level, title }) => `  ${level} on ${path}:${line}: ${title}`,
    ),
    `Threads: ${threads.length === 0 ? 'none' : `${threads.length}, by ${plural(of.reviews.filter(({ pull }) => pull === number).length, 'review')}`}`,
    ...threads.flatMap(threadLines),
    ...(comments.length === 0
      ? []
      : ['Comments:', ...comments.map(({ author, body }) => `  ${author}: ${plain(body)}`)]),
  ];
}

function threadLines({ path, line, isResolved, resolvedBy, comments }: Thread): string[] {
  const state = isResolved ? `resolved by ${resolvedBy ?? 'nobody'}` : 'open';
  return [`  ${path}:${line}, ${state}`, ...comments.map(({ author, body }) => `    ${author}: ${plain(body)}`)];
}

/** The first line a person sees, and whether there is something to commit; commit ids left out. */
function plain(body: string): string {
  const [first = ''] = body.replace(/^(<!--.*-->\n)+/, '').split('\n');
  const [, suggestion] = /`{3,}suggestion\n([\s\S]*?)\n`{3,}/.exec(body) ?? [];
  const offer = suggestion === undefined ? '' : ` [to commit: ${suggestion.trim().replaceAll('\n', ' ⏎ ')}]`;
  return `${first.replaceAll(/\b[0-9a-f]{7,40}\b/g, '…').replaceAll(/https?:\/\/\S+?(?=\/acme\/)/g, '')}${offer}`;
}
