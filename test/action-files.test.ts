import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { removeTemporary, repository, run } from './tree/repository.ts';

afterAll(removeTemporary);
const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface ActionFile {
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: { id?: string; run?: string; shell?: string; env?: Record<string, string> }[] };
}

test('the Action hands every input over by the environment, and none through a shell', () => {
  const { inputs, runs } = parse(read('.github/action/action.yml')) as ActionFile;
  const review = runs.steps.find(({ id }) => id === 'review');
  expect(review?.env).toEqual(
    Object.fromEntries(
      Object.keys(inputs).map((name) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, `\${{ inputs.${name} }}`]),
    ),
  );
  for (const { run: command } of runs.steps) expect(command ?? '').not.toContain('${{');
  const source = read('src/entry/action.ts');
  for (const name of Object.keys(review?.env ?? {})) expect(source).toContain(name);
});

test('the Action’s outputs are those that the step writes', () => {
  const { outputs } = parse(read('.github/action/action.yml')) as ActionFile;
  const source = read('src/entry/action.ts');
  for (const [name, { value }] of Object.entries(outputs)) {
    expect(value).toBe(`\${{ steps.review.outputs.${name} }}`);
    expect(source).toMatch(new RegExp(`^ {4}'?${name}'?[:,]|^ {4}${name},$|^ {4}conclusion:`, 'm'));
  }
});

interface Hook {
  id: string;
  entry: string;
  files: string;
  pass_filenames: boolean;
}

test('the pre-commit hook judges what is staged, and only the units it touches', () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as Hook[];
  const pod = (name: string, privileged: boolean): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: web }\nspec:\n  containers:\n    - name: web\n      image: registry.example.com/web:1.0\n      securityContext:\n        privileged: ${privileged}\n`;
  const work = repository({ 'a/pod.yaml': pod('a', false), 'b/pod.yaml': pod('b', true) });
  writeFileSync(join(work, 'a/pod.yaml'), pod('a', true));
  run(work, ['add', '-A']);
  const [command = '', ...args] = hook?.entry.split(' ') ?? [];
  expect(command).toBe('plimsoll');
  const plimsoll = (): object => {
    const argv = [join(root, 'src/entry/plimsoll.js'), ...args, '--format', 'json', '--checks', 'privileged-container'];
    const { status, stdout } = spawnSync(process.execPath, argv, { cwd: work });
    return { code: status, ...(JSON.parse(stdout.toString()) as object) };
  };
  expect(plimsoll()).toMatchObject({ code: 1, units: [{ root: 'a' }], summary: { introduced: 1 } });
  run(work, ['commit', '-q', '-m', 'accepted']);
  writeFileSync(join(work, 'b/pod.yaml'), `# A remark.\n${pod('b', true)}`);
  run(work, ['add', '-A']);
  expect(plimsoll()).toMatchObject({ code: 0, units: [{ root: 'b' }], summary: { introduced: 0 } });
});

test('the pre-commit hook is asked for every file that can change a render', () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as Hook[];
  const files = new RegExp(hook?.files ?? '');
  for (const name of [
    'a.yaml',
    'charts/x/templates/_helpers.tpl',
    'charts/x/templates/NOTES.txt',
    'Chart.lock',
    'charts/x/.helmignore',
    'k/kustomization.yml',
    'a.json',
  ])
    expect(name).toMatch(files);
  for (const name of ['README.md', 'src/main.go']) expect(name).not.toMatch(files);
});
