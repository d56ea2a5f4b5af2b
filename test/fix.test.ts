import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFixes, type Fixing } from '../src/entry/fix.ts';
import type { Problem, Report } from '../src/model.ts';
import { emptyReport } from './support/empty-report.ts';
import { commit, removeTemporary, repository, temporary } from './tree/repository.ts';

afterAll(removeTemporary);

const program = join(import.meta.dirname, '../src/entry/plimsoll.js');

function plimsoll(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

const pod = (more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app # main\n      image: r.example/app:1.0\n${more}`;
const only = ['--checks', 'allow-privilege-escalation,privileged-container'];
const escalation = '      securityContext:\n        allowPrivilegeEscalation: false\n';

describe('scan --fix', () => {
  test('shows and writes what was tried, and reports what is left', () => {
    const folder = repository({ 'a/pod.yaml': pod() });
    const { code, out, err } = plimsoll(folder, 'scan', '--fix', '--yes', ...only, '--fail-on', 'info');
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toBe(pod().replace('# main\n', `# main\n${escalation}`));
    expect(out).toContain('--- a/a/pod.yaml\n+++ b/a/pod.yaml\n@@ -6,3 +6,5 @@\n');
    expect(out).toContain(`+${escalation.split('\n')[1]}\n`);
    expect(out).toContain('fix  a/pod.yaml:7  allow-privilege-escalation: Set allowPrivilegeEscalation to false.\n');
    expect(out).toContain('Changed 1 file for 1 finding.\n');
    expect(out).toMatch(/1 unit rendered in .*: nothing found/);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('does not show what may be a secret beside a change', () => {
    const env = '      env: [{ name: A, value: b }]\n';
    const folder = repository({
      'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'c/values.yaml': 'adminPassword: hunter2-hunter2\nsecurityContext: {}\n',
      'c/templates/pod.yaml': pod(`${env}      securityContext: {{ toYaml .Values.securityContext | nindent 8 }}\n`),
    });
    const { out } = plimsoll(folder, 'scan', '--fix', '--yes', ...only);
    expect(out).toContain(' adminPassword: ***\n-securityContext: {}\n+securityContext:\n');
    expect(out).not.toContain('hunter2');
  });

  test('leaves risky fixes to --fix-risky', () => {
    const folder = repository({ 'a/pod.yaml': pod('      securityContext:\n        privileged: true\n') });
    expect(plimsoll(folder, 'scan', '--fix', '--yes', ...only)).toMatchObject({
      code: 1,
      out: expect.stringContaining('No fix that was tried holds; nothing was changed.'),
    });
    expect(plimsoll(folder, 'scan', '--fix-risky', '--yes', ...only).code).toBe(0);
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toContain('privileged: false');
  });

  test('leaves to people what may break a workload, and still suggests it', () => {
    const folder = repository({ 'a/pod.yaml': pod() });
    const root = ['--checks', 'run-as-non-root', '--fail-on', 'medium'];
    const { out } = plimsoll(folder, 'scan', '--suggest', ...root, '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({
      findings: [
        { suggestion: { file: 'a/pod.yaml', text: expect.stringContaining('runAsNonRoot: true'), risky: true } },
      ],
    });
    expect(plimsoll(folder, 'scan', '--fix', '--yes', ...root).code).toBe(1);
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toBe(pod());
    expect(plimsoll(folder, 'scan', '--fix-risky', '--yes', ...root).code).toBe(0);
  });

  test('changes nothing where nobody can be asked', () => {
    const folder = repository({ 'a/pod.yaml': pod() });
    expect(plimsoll(folder, 'scan', '--fix', ...only)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Add --yes'),
    });
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toBe(pod());
  });

  test('leaves what is waived, and keeps the report a program’s', () => {
    const folder = repository({
      'a/pod.yaml': pod(),
      'b/pod.yaml': pod().replace('web', 'other'),
      '.github/plimsoll.yml':
        'waivers:\n  - { check: allow-privilege-escalation, resource: Pod/web, reason: known, owner: me }\n',
    });
    const { out, err } = plimsoll(folder, 'scan', '--fix', '--yes', '--format', 'json', ...only);
    expect((JSON.parse(out) as { findings: unknown[] }).findings).toHaveLength(1);
    expect(err).toContain('+++ b/b/pod.yaml');
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toBe(pod());
  });
});

describe('diff --fix', () => {
  test('mends what the working tree introduces, and only that', () => {
    const folder = repository({ 'a/pod.yaml': pod() });
    writeFileSync(join(folder, 'a/pod.yaml'), `${pod()}---\n${pod().replace('web', 'other')}`);
    expect(plimsoll(folder, 'diff', 'HEAD', '--fix', '--yes', ...only).out).toContain('for 1 finding.');
    expect(readFileSync(join(folder, 'a/pod.yaml'), 'utf8')).toBe(
      `${pod()}---\n${pod().replace('web', 'other').replace('# main\n', `# main\n${escalation}`)}`,
    );
  });

  test('takes no commit for a head', () => {
    const folder = repository({ 'a/pod.yaml': pod() });
    commit(folder, { 'a/pod.yaml': pod(escalation) });
    expect(plimsoll(folder, 'diff', 'HEAD~1', 'HEAD', '--fix', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--fix changes the working tree'),
    });
  });
});

describe('files are refused', () => {
  /** Applies `b` for `a` in one file; the second judgement has the problems. */
  const apply = (root: string, path: string, meanwhile: () => void, problems: Problem[] = []): Promise<Report> => {
    let runs = 0;
    const run = (fixing?: Fixing): Promise<Report> => {
      fixing?.mended({ files: [{ path, before: 'a\n', after: 'b\n' }], findings: [], left: [], unheld: new Map() });
      if (runs++ === 0) meanwhile();
      return Promise.resolve(emptyReport({ repository: root, problems: runs > 1 ? problems : [] }));
    };
    return withFixes(run, { risky: false, yes: true }, () => undefined);
  };
  const nothing = (): void => undefined;

  test('that were changed meanwhile', async () => {
    const root = temporary();
    writeFileSync(join(root, 'f.yaml'), 'a\n');
    await expect(apply(root, 'f.yaml', () => writeFileSync(join(root, 'f.yaml'), 'mine\n'))).rejects.toMatchObject({
      code: 'fix-refused',
      message: 'f.yaml was changed meanwhile.',
    });
    expect(readFileSync(join(root, 'f.yaml'), 'utf8')).toBe('mine\n');
  });

  test('that a link leads to', async () => {
    const [root, elsewhere] = [temporary(), temporary()];
    writeFileSync(join(elsewhere, 'f.yaml'), 'a\n');
    symlinkSync(elsewhere, join(root, 'linked'));
    symlinkSync(join(elsewhere, 'f.yaml'), join(root, 'f.yaml'));
    for (const path of ['linked/f.yaml', 'f.yaml', '../f.yaml'])
      await expect(apply(root, path, nothing)).rejects.toMatchObject({ code: 'fix-refused' });
    expect(readFileSync(join(elsewhere, 'f.yaml'), 'utf8')).toBe('a\n');
  });

  test('and put back where all fixes together bring a problem', async () => {
    const root = temporary();
    writeFileSync(join(root, 'f.yaml'), 'a\n');
    await expect(
      apply(root, 'f.yaml', nothing, [{ code: 'helm-failed', message: 'helm could not render c.', hint: '' }]),
    ).rejects.toMatchObject({ code: 'fix-failed', message: 'With all fixes made at once: helm could not render c.' });
    expect(readFileSync(join(root, 'f.yaml'), 'utf8')).toBe('a\n');
  });
});
