import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { parse } from 'yaml';
import { action } from '../../src/entry/action.ts';
import { createOctokitClass } from '../../src/github/octokit.ts';
import { startGitHub, type GitHub, type OpenPull, type Pull } from '../support/github/github.ts';
import { impatience } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
const pod = (privileged: boolean, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: web }\nspec:\n  containers:\n    - name: web\n      image: registry.example.com/web:1.0\n      securityContext:\n        privileged: ${privileged}\n`;

let github: GitHub;
let runner: string;

beforeEach(async () => {
  github = await startGitHub();
  runner = mkdtempSync(join(tmpdir(), 'plimsoll-runner-'));
});
afterEach(async () => {
  rmSync(runner, { recursive: true });
  await github.close();
});

/** A token as a job gets it: for the repository alone, with the permissions of the workflow. */
async function jobToken(permissions: Record<string, string>): Promise<string> {
  const { APP_ID: appId, PRIVATE_KEY: privateKey } = github.env;
  const app = new (createOctokitClass(impatience))({ auth: { appId, privateKey }, baseUrl: `${github.url}/api/v3` });
  const { data } = await app.request('GET /app/installations');
  const auth = (await app.auth({
    type: 'installation',
    installationId: data[0]!.id,
    repositoryNames: [repository.split('/')[1]],
    permissions,
  })) as { token: string };
  return auth.token;
}

/** What GitHub's runner gives a step, beside its own input. */
function runnerEnv(event: string, payload: unknown): Record<string, string | undefined> {
  const file = (name: string, text = ''): string => {
    writeFileSync(join(runner, name), text);
    return join(runner, name);
  };
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
    GITHUB_REPOSITORY: repository,
    GITHUB_API_URL: `${github.url}/api/v3`,
    GITHUB_SERVER_URL: github.url,
    GITHUB_WORKSPACE: runner,
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    RUNNER_TEMP: runner,
  };
}

/** What a step left in its files. */
function left(): Pick<Step, 'summary' | 'outputs'> {
  const written = readFileSync(join(runner, 'output'), 'utf8');
  const outputs = Object.fromEntries(
    [...written.matchAll(/^(.+)<<(.+)\n([\s\S]*?)\n\2\n/gm)].map(([, name = '', , value = '']) => [name, value]),
  );
  return { summary: readFileSync(join(runner, 'summary'), 'utf8'), outputs };
}

interface Step {
  code: number;
  out: string;
  summary: string;
  outputs: Record<string, string>;
}

/** One step of a workflow, in the environment that GitHub's runner gives it. */
async function step(
  event: string,
  payload: unknown,
  { inputs = {}, permissions = { contents: 'read' } }: { inputs?: object; permissions?: Record<string, string> } = {},
): Promise<Step> {
  let out = '';
  const code = await action({
    version: '1.2.3',
    patience: impatience,
    write: (text) => void (out += text),
    env: {
      ...runnerEnv(event, payload),
      INPUT_TOKEN: await jobToken(permissions),
      ...inputs,
    },
  });
  return { code, out, ...left() };
}

/** A pull request, and the event a workflow gets of it. */
async function pulled(
  base: Record<string, string>,
  open: Partial<OpenPull>,
): Promise<{ pull: Pull; payload: Record<string, unknown> }> {
  await github.createRepository(repository, { files: base });
  const pull = await github.openPull(repository, { title: 'Change', branch: 'change', ...open });
  const side = ({ sha, ref }: Pick<Pull['head'], 'sha' | 'ref'>, full_name: string): object => ({
    sha,
    ref,
    repo: { full_name },
  });
  const { number, title } = pull;
  const owner = open.fork ?? 'acme';
  const payload = {
    action: 'opened',
    pull_request: { number, title, base: side(pull.base, repository), head: side(pull.head, `${owner}/gitops`) },
  };
  return { pull, payload };
}

test('A pull request is judged by the defaults where no settings are: annotations, summary, outputs, and a failing step.', async () => {
  const { pull, payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const { code, out, summary, outputs } = await step('pull_request', payload);
  expect(code).toBe(1);
  expect(out).toMatch(/^::error file=pod\.yaml,line=9,title=privileged-container \(high\)::/m);
  expect(out).toMatch(/^Plimsoll: \d problems? introduced: /m);
  expect(summary).toMatch(/^## \d problems? introduced: /);
  expect(summary).toContain(`${github.url}/${repository}/blob/${pull.head.sha}/pod.yaml#L9`);
  expect(outputs).toMatchObject({ conclusion: 'failure', fixed: '0', 'not-judged': '0', 'sarif-file': '' });
  expect(Number(outputs.introduced)).toBeGreaterThan(0);
  expect(github.violations).toEqual([]);
});

test('The settings are the base’s: a pull request that loosens them is judged by the old ones.', async () => {
  const { payload } = await pulled(
    { 'pod.yaml': pod(false), '.github/plimsoll.yml': 'fail-on: high\n' },
    { files: { 'pod.yaml': pod(true), '.github/plimsoll.yml': 'fail-on: none\n' } },
  );
  expect((await step('pull_request', payload)).code).toBe(1);
});

test('What stands on the base already is no reason to fail.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(true) }, { files: { 'pod.yaml': `# A remark.\n${pod(true)}` } });
  expect(await step('pull_request', payload)).toMatchObject({ code: 0, outputs: { introduced: '0' } });
});

test('A fork’s pull request is read through the base repository and judged the same.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) }, fork: 'stranger' });
  expect((await step('pull_request', payload)).code).toBe(1);
});

test('A fork’s pull request is not rendered where nothing contains it, and the step does not pass.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) }, fork: 'stranger' });
  const { code, out, summary, outputs } = await step('pull_request', payload, { inputs: { INPUT_SANDBOX: 'off' } });
  expect(code).toBe(3);
  expect(summary).toMatch(/^## Not judged\n\nNot rendered: /);
  expect(out).toMatch(/^::error title=Plimsoll::Not rendered: this pull request comes from a fork/m);
  expect(outputs.conclusion).toBe('neutral');
});

test('What cannot be judged fails the step, and says so.', async () => {
  const { payload } = await pulled(
    { 'pod.yaml': pod(false) },
    { files: { 'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: [\n' } },
  );
  const { code, out } = await step('pull_request', payload);
  expect(code).toBe(3);
  expect(out).toMatch(/^::error file=pod\.yaml,.*title=Not judged/m);
});

test('Review comments are written when they are asked for and the job may.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const inputs = { INPUT_COMMENTS: 'true' };
  const refused = await step('pull_request', payload, { inputs });
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('::notice title=Plimsoll::Review comments could not be written (GitHub answered 40');
  const permissions = { contents: 'read', pull_requests: 'write' };
  await step('pull_request', payload, { inputs, permissions });
  await step('pull_request', payload, { inputs, permissions });
  expect(github.conversations.threads).toHaveLength(1);
});

test('SARIF is written to the file that is asked for.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const { outputs } = await step('pull_request', payload, { inputs: { INPUT_SARIF_FILE: 'plimsoll.sarif' } });
  expect(outputs['sarif-file']).toBe('plimsoll.sarif');
  expect(JSON.parse(readFileSync(join(runner, 'plimsoll.sarif'), 'utf8'))).toMatchObject({
    version: '2.1.0',
    runs: [{ tool: { driver: { semanticVersion: '1.2.3' } } }],
  });
});

test('A push is compared with what it was pushed on; a merge queue’s group with its base.', async () => {
  const { pull } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const push = { before: pull.base.sha, after: pull.head.sha, ref: 'refs/heads/main' };
  expect((await step('push', push)).code).toBe(1);
  const merge_group = { head_sha: pull.head.sha, head_ref: 'x', base_sha: pull.base.sha, base_ref: 'main' };
  expect((await step('merge_group', { merge_group })).code).toBe(1);
});

test('An event with nothing to compare gets an overview of the workspace that never fails for findings.', async () => {
  await github.createRepository(repository, { files: { 'README.md': 'Hello' } });
  writeFileSync(join(runner, 'pod.yaml'), pod(true));
  const { code, out, summary, outputs } = await step('schedule', {}, {});
  expect(code).toBe(0);
  expect(out).not.toContain('::error');
  expect(summary).toContain('### How to start');
  expect(outputs).toMatchObject({ conclusion: 'success', introduced: '0' });
});

test('Wrong input is said as an annotation that names it.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const wrong = await step('pull_request', payload, { inputs: { INPUT_SANDBOX: 'maybe' } });
  expect(wrong).toMatchObject({ code: 2, out: expect.stringContaining('The input sandbox is "maybe".') as unknown });
  expect((await step('pull_request', payload, { inputs: { INPUT_TOKEN: '' } })).out).toContain(
    'INPUT_TOKEN is not set.',
  );
  expect((await step('pull_request', {})).out).toContain('not as GitHub sends it: pull_request is missing');
});

test('What GitHub does not answer is said with what to do, not as a stack.', async () => {
  const { pull } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const gone = { before: 'f'.repeat(40), after: pull.head.sha, ref: 'refs/heads/main' };
  const { code, out, summary } = await step('push', gone);
  expect(code).toBe(3);
  expect(out).toMatch(/^::error title=Not judged::GitHub answered a request of this review with status 404/);
  expect(summary).toMatch(/^## Not judged: GitHub answered/);
});

interface ActionFile {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: { id?: string; shell?: string; run?: string; env?: Record<string, string> }[] };
}

/** What `uses: …/.github/action` does: the file's own script and expressions, as GitHub's runner reads them, in a process of its own. */
async function used(event: string, payload: unknown, given: Record<string, string>, token: string): Promise<Step> {
  const folder = join(import.meta.dirname, '../../.github/action');
  const { inputs, outputs, runs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as ActionFile;
  const evaluated = (text: string, known: (expression: string) => string): string =>
    text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => known(expression));
  const input = (name: string): string => given[name] ?? evaluated(inputs[name]?.default ?? '', () => token);
  const review = runs.steps.find(({ id }) => id === 'review');
  expect(review?.shell).toBe('bash');
  const script = join(runner, 'step.sh');
  writeFileSync(script, review?.run ?? '');
  const env = Object.entries(review?.env ?? {}).map(([name, value]) => [
    name,
    evaluated(value, (expression) => input(expression.replace(/^inputs\./, ''))),
  ]);
  const { exitCode, stdout } = await execa('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    cwd: runner,
    env: {
      ...runnerEnv(event, payload),
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      GITHUB_ACTION_PATH: folder,
      ...(Object.fromEntries(env) as Record<string, string>),
    },
    extendEnv: false,
    reject: false,
  });
  const { summary, outputs: written } = left();
  const told = Object.entries(outputs).map(([name, { value }]) => [
    name,
    evaluated(value, (expression) => written[expression.replace(/^steps\.review\.outputs\./, '')] ?? ''),
  ]);
  return { code: exitCode ?? -1, out: stdout, summary, outputs: Object.fromEntries(told) as Record<string, string> };
}

test('The Action’s own file, run as a runner does: the step fails, with annotations, summary, outputs, SARIF and comments.', async () => {
  const { pull, payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const token = await jobToken({ contents: 'read', pull_requests: 'write' });
  const given = { comments: 'true', 'sarif-file': 'plimsoll.sarif' };
  const { code, out, summary, outputs } = await used('pull_request', payload, given, token);
  expect(code).toBe(1);
  expect(out).toMatch(/^::error file=pod\.yaml,line=9,title=privileged-container \(high\)::/m);
  expect(summary).toContain(`${github.url}/${repository}/blob/${pull.head.sha}/pod.yaml#L9`);
  expect(outputs).toMatchObject({ conclusion: 'failure', 'not-judged': '0', 'sarif-file': 'plimsoll.sarif' });
  expect(JSON.parse(readFileSync(join(runner, 'plimsoll.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  expect(github.conversations.threads).toMatchObject([{ path: 'pod.yaml', line: 9 }]);
  expect(out + summary + JSON.stringify(outputs)).not.toContain(token);
  expect(github.violations).toEqual([]);
  const settled = {
    ...payload,
    pull_request: { ...(payload.pull_request as object), head: (payload.pull_request as { base: object }).base },
  };
  expect(await used('pull_request', settled, {}, token)).toMatchObject({ code: 0, outputs: { introduced: '0' } });
}, 120_000);

test('The job’s token stands nowhere in what is written.', async () => {
  const { payload } = await pulled({ 'pod.yaml': pod(false) }, { files: { 'pod.yaml': pod(true) } });
  const written = await step('pull_request', payload);
  expect(JSON.stringify(written)).not.toMatch(/ghs_/);
});
