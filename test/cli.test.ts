import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit, removeTemporary, repository, temporary, write } from './tree/repository.ts';

const program = join(import.meta.dirname, '../src/entry/plimsoll.js');

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line as a user does, in a folder. */
function plimsoll(cwd: string, ...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    maxBuffer: 64 * 2 ** 20,
  });
  return { code: status, out: stdout, err: stderr };
}

const pod = (image: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n      image: ${image}\n${more}`;
const privileged = pod('registry.example/app:1.0', '      securityContext:\n        privileged: true\n');
const only = ['--checks', 'privileged-container,image-tag-latest'];

/** Two commits: `main` is clean, the branch brings a privileged container and a chart with the tag latest. */
let work: string;
beforeAll(() => {
  work = repository({ 'ok/pod.yaml': pod('registry.example/app:1.0'), 'README.md': 'one\n' });
  commit(work, {
    'ok/pod.yaml': privileged,
    'api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 0.1.0\n',
    'api/values.yaml': 'tag: latest\n',
    'api/templates/pod.yaml': pod('registry.example/app:{{ .Values.tag }}'),
  });
});
afterAll(removeTemporary);

describe('the exit code of scan and diff', () => {
  test('is 0 where nothing is at or over fail-on, and findings under it are still listed', () => {
    const { code, out } = plimsoll(work, 'scan', 'api', ...only);
    expect(out).toMatch(/^api\/values\.yaml\n {2}medium /);
    expect(code).toBe(0);
  });

  test('is 1 for findings at or over fail-on', () => {
    expect(plimsoll(work, 'diff', 'HEAD~1', 'HEAD', ...only)).toMatchObject({
      code: 1,
      out: expect.stringContaining('ok/pod.yaml:10  privileged-container · Pod web'),
    });
    expect(plimsoll(work, 'scan', 'api', ...only, '--fail-on', 'medium').code).toBe(1);
  });

  test('is 0 for a diff that changes nothing', () => {
    expect(plimsoll(work, 'diff', 'HEAD', ...only)).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to judge'),
    });
  });

  test('is 2 for wrong settings, whatever else was found', () => {
    const folder = repository({ '.github/plimsoll.yml': 'fail-on: hihg\n', 'ok/pod.yaml': privileged });
    const { code, out } = plimsoll(folder, 'scan', ...only);
    expect(out).toContain('.github/plimsoll.yml:1');
    expect(out).toContain('ok/pod.yaml:10');
    expect(code).toBe(2);
  });

  test('is 3 where something could not be judged, and the rest is judged', () => {
    const folder = repository({ 'ok/pod.yaml': privileged, 'bad/pod.yaml': 'apiVersion: v1\n\tkind: Pod\n' });
    const { code, out } = plimsoll(folder, 'scan', ...only);
    expect(out).toContain('bad/pod.yaml:2');
    expect(out).toContain('ok/pod.yaml:10');
    expect(code).toBe(3);
  });

  test('is the same for a reader that stops early, as head does', async () => {
    const child = spawn(process.execPath, [program, 'diff', 'HEAD~1', 'HEAD', ...only], { cwd: work });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, said }).toEqual({ code: 1, said: '' });
  });
});

describe('scan', () => {
  test('reads what a commit would not: UTF-16, and links that lead nowhere', () => {
    const folder = temporary();
    write(folder, { 'wide/pod.yaml': Buffer.from(`\uFEFF${privileged}`, 'utf16le') });
    mkdirSync(join(folder, 'links'));
    symlinkSync('/etc/hostname', join(folder, 'links/pod.yaml'));
    const { code, out } = plimsoll(folder, 'scan', ...only);
    expect(out).toContain('wide/pod.yaml:10  privileged-container');
    expect(out).toContain('links/pod.yaml cannot be read as manifests: it is a link');
    expect(code).toBe(3);
  });

  test('of a part says nothing of the other parts', () => {
    const folder = repository({ 'ok/pod.yaml': pod('registry.example/app:1.0'), 'bad/pod.yaml': '\tapiVersion: v1\n' });
    symlinkSync('/etc/hostname', join(folder, 'bad/link.yaml'));
    expect(plimsoll(folder, 'scan', 'ok', ...only)).toMatchObject({
      code: 0,
      out: expect.not.stringContaining('bad/'),
    });
  });
});

test('--format json has the keys of the contract, and nothing else on standard output', () => {
  const folder = repository({
    '.github/plimsoll.yml':
      'waivers:\n  - { check: privileged-container, reason: a node agent, owner: team, until: 2999-12-31 }\n',
    'ok/pod.yaml': privileged,
    'bad/kustomization.yaml': 'resources: [missing.yaml]\n',
    'tagged/pod.yaml': pod('registry.example/app:latest'),
  });
  const { code, out } = plimsoll(folder, 'scan', ...only, '--format', 'json');
  expect(code).toBe(3);
  const report = JSON.parse(out) as Record<string, never> & {
    units: Record<string, unknown>[];
    findings: Record<string, unknown>[];
    problems: Record<string, unknown>[];
  };
  expect(Object.keys(report)).toEqual(['schemaVersion', 'tool', 'units', 'findings', 'problems', 'notices', 'summary']);
  expect(report).toMatchObject({ schemaVersion: 1, tool: { name: 'plimsoll' } });
  const unit = ['id', 'kind', 'root', 'variant', 'status'];
  expect(report.units.map((one) => Object.keys(one))).toEqual([
    [...unit, 'problem', 'milliseconds'],
    [...unit, 'milliseconds'],
    [...unit, 'milliseconds'],
  ]);
  expect(report.units.map(({ id, status }) => [id, status])).toEqual([
    ['kustomize:bad', 'failed'],
    ['plain:ok', 'rendered'],
    ['plain:tagged', 'rendered'],
  ]);
  const keys =
    'check severity message status fingerprint resource unit variants path file line endLine column precision trail';
  expect(report.findings.map((one) => Object.keys(one))).toEqual([
    keys.split(' '),
    [...keys.split(' '), 'waiver', 'suppressed'],
  ]);
  expect(report.findings[1]).toMatchObject({
    check: 'privileged-container',
    severity: 'high',
    status: 'existing',
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: '', name: 'web' },
    unit: 'plain:ok',
    variants: ['plain:ok'],
    path: ['spec', 'containers', 0, 'securityContext', 'privileged'],
    file: 'ok/pod.yaml',
    line: 10,
    precision: 'exact',
    trail: [],
    waiver: { reason: 'a node agent', owner: 'team', until: '2999-12-31', source: 'settings' },
  });
  expect(report.problems).toEqual([
    {
      code: 'kustomize-failed',
      message: 'kustomize could not build bad: bad/missing.yaml does not exist',
      hint: 'Add the file, or take it out of the kustomization that names it.',
      unit: 'kustomize:bad',
      file: 'bad/kustomization.yaml',
      side: 'head',
    },
  ]);
});

test('--output writes the report to the file and nothing to standard output', () => {
  const file = join(temporary(), 'report.json');
  expect(plimsoll(work, 'scan', 'ok', ...only, '--format', 'json', '--output', file)).toMatchObject({
    code: 1,
    out: '',
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ summary: { conclusion: 'failure' } });
});

describe('wrong usage ends with 2 and says what to do', () => {
  test.each([
    [['--colour', 'scan'], /Unknown option '--colour'/],
    [['scna'], /There is no command "scna"\.\n {2}plimsoll --help shows what there is\./],
    [
      ['scan', '--checks', 'privileged-contaner'],
      /There is no check "privileged-contaner"\.\n {2}plimsoll checks lists/,
    ],
    [['scan', '--format', 'xml'], /--format takes .*text.*; not "xml"/],
    [['scan', '--kube-version', 'new'], /--kube-version looks like 1\.35; not "new"/],
    [['scan', 'nowhere'], /There is no file or folder nowhere\./],
    [['diff'], /diff needs BASE/],
    [['diff', 'no-such-branch'], /Commit "no-such-branch" was not found\./],
    [['checks', 'no-such-check'], /There is no check "no-such-check"\./],
    [['scan', '--config', 'nowhere.yml'], /nowhere\.yml: There is no settings file nowhere\.yml\./],
  ])('%j', (args, said) => {
    const { code, out, err } = plimsoll(work, ...args);
    expect(err).toMatch(said);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test('diff outside of a repository says that it needs one', () => {
  expect(plimsoll(temporary(), 'diff', 'main')).toMatchObject({
    code: 2,
    err: expect.stringContaining('diff needs a git repository, and there is none here.'),
  });
});

test('checks lists the catalogue, and one of them with its reasons', () => {
  const all = plimsoll(work, 'checks');
  expect(all.code).toBe(0);
  expect(all.out).toMatch(/^privileged-container +high +on +\S/m);
  expect(all.out).toMatch(/\n\d+ checks, \d+ on by default\.\n$/);
  expect(all.out).toMatch(/^pod security \(\d+\)\n\S/m);
  const one = plimsoll(work, 'checks', 'privileged-container');
  expect(one.code).toBe(0);
  expect(one.out).toMatch(
    /^Container runs in privileged mode\n=+\n\nprivileged-container · severity high · on by default/,
  );
  for (const part of ['Why it matters\n---', 'Example\n---', '        privileged: true\n', 'In other tools\n---'])
    expect(one.out).toContain(part);
  expect(one.out).not.toMatch(/[`\\]|\]\(/);
});

describe('checks --from', () => {
  test.each([
    [['checkov:CKV_K8S_16'], 'privileged-container'],
    [['checkov:ckv_k8s_016'], 'privileged-container'],
    [['trivy:KSV-0012'], 'run-as-non-root'],
    [['trivy:AVD-KSV-0012'], 'run-as-non-root'],
    [['trivy:ksv012'], 'run-as-non-root'],
    [['kubescape:C-57'], 'privileged-container'],
    [['kube-linter:privileged-container'], 'privileged-container'],
    [['kubelinter:Privileged-Container'], 'privileged-container'],
    [['kube-score:container-image-tag'], 'image-tag-latest'],
    [['polaris:hostnetworkset'], 'host-network'],
    [['kubesec:HostNetwork'], 'host-network'],
    [['kyverno:pod-security/disallow-host-namespaces'], 'host-network'],
    [['kyverno:disallow-host-namespaces'], 'host-network'],
    [['CKV_K8S_19'], 'host-network'],
  ])('%j names %s', (ids, check) => {
    const { code, out } = plimsoll(work, 'checks', ...ids.flatMap((id) => ['--from', id]));
    expect(out).toMatch(new RegExp(`^  ${check} +\\w+ +(?:on|off) +\\S`, 'm'));
    expect(code).toBe(0);
  });

  test('takes several at once, and prints them as data', () => {
    const { out } = plimsoll(
      work,
      'checks',
      '--from',
      'checkov:CKV_K8S_16,trivy:KSV-0009',
      'psa:privileged',
      '--format',
      'json',
    );
    expect(JSON.parse(out)).toMatchObject([
      { from: 'checkov:CKV_K8S_16', checks: [{ id: 'privileged-container', severity: 'high' }] },
      { from: 'trivy:KSV-0009', checks: [{ id: 'host-network' }] },
      { from: 'psa:privileged', checks: [{ id: 'privileged-container' }] },
    ]);
  });

  test.each([
    ['checkov:CKV_K8S_1666', /No check here is checkov:CKV_K8S_1666\.\n {2}Did you mean CKV_K8S_\d+\?/],
    ['polaris:hostNetworkSed', /Did you mean hostNetworkSet\?/],
    ['terrascan:AC_K8S_0001', /"terrascan" is no tool whose ids are known\.\n {2}The tools are checkov, trivy,/],
  ])('%s is wrong usage, and names what is near', (id, said) => {
    expect(plimsoll(work, 'checks', '--from', id)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(said),
    });
  });
});

describe('config', () => {
  test('prints the effective settings of a valid file', () => {
    const folder = temporary();
    write(folder, { '.github/plimsoll.yml': 'fail-on: low\n' });
    const { code, out } = plimsoll(folder, 'config');
    expect(out).toMatch(
      /^# Effective settings; what has no note is the default\.\nfail-on: low # \.github\/plimsoll\.yml\n/,
    );
    expect(code).toBe(0);
  });

  test('says that there is no file, and prints the defaults', () => {
    const { code, out } = plimsoll(temporary(), 'config');
    expect(out).toMatch(/^# No \.github\/plimsoll\.yml: these are the defaults\.\nfail-on: high\n/);
    expect(code).toBe(0);
  });

  test('names file, line and what is allowed of a wrong one', () => {
    const folder = temporary();
    mkdirSync(join(folder, '.github'));
    writeFileSync(join(folder, '.github/plimsoll.yml'), 'report: all\nchecks:\n  privileged-contaner: off\n');
    const { code, out } = plimsoll(folder, 'config');
    expect(out).toMatch(
      /^\.github\/plimsoll\.yml:3: .*privileged-contaner.*\n {2}Did you mean "privileged-container"\?/,
    );
    expect(code).toBe(2);
  });
});

test('--help and --version end with 0; no command at all is wrong usage', () => {
  expect(plimsoll(work, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage:\n {2}plimsoll scan/) });
  expect(plimsoll(work, '--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(plimsoll(work)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Usage:/) });
});
