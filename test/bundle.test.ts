import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { commit, removeTemporary, repository, temporary } from './tree/repository.ts';

const checkout = join(import.meta.dirname, '..');
const launcher = 'src/entry/plimsoll.js';

afterAll(removeTemporary);

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...env },
    maxBuffer: 64 * 2 ** 20,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('the package as it is published', () => {
  let installed: string;
  beforeAll(() => {
    installed = temporary();
    mkdirSync(join(installed, dirname(launcher)), { recursive: true });
    for (const file of ['package.json', launcher]) copyFileSync(join(checkout, file), join(installed, file));
    symlinkSync(join(checkout, 'node_modules'), join(installed, 'node_modules'));
    const built = run(join(checkout, 'scripts/build.ts'), [join(installed, 'dist')], checkout);
    expect(built).toEqual({ code: 0, out: '', err: '' });
  });

  test('holds every file that its command needs', () => {
    const { files } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['dist', launcher]));
  });

  test('judges like the sources do', () => {
    const work = repository({ 'app/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n' });
    commit(work, {
      '.github/plimsoll.yml': 'fail-on: low\n',
      'api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 0.1.0\n',
      'api/values.yaml': 'privileged: true\n',
      'api/templates/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: registry.example/api:1.0\n      securityContext:\n        privileged: {{ .Values.privileged }}\n',
    });
    const args = ['diff', 'HEAD~1', 'HEAD', '--format', 'sarif'];
    const bundled = run(join(installed, launcher), args, work);
    expect(bundled).toEqual(run(join(checkout, 'test/support/from-source.ts'), args, work));
    expect(bundled.code).toBe(1);
    expect(bundled.out).toContain('privileged-container');
  });

  test('has git begin ahead without changing what is said', () => {
    const work = repository({ 'app/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n' });
    for (const args of [
      ['diff', 'nowhere', 'HEAD'],
      ['diff', 'HEAD', 'nowhere'],
      ['diff', 'HEAD', '--format', 'json', 'nowhere'],
      ['diff', '--format', 'sarif', 'HEAD', 'HEAD'],
      ['diff', 'HEAD', 'HEAD', 'HEAD'],
      ['diff', 'nowhere', '--sail'],
    ])
      expect([args, run(join(installed, launcher), args, work)]).toEqual([
        args,
        run(join(checkout, 'test/support/from-source.ts'), args, work),
      ]);
  });

  test('reads settings, lists checks and says what is wrong with its arguments', () => {
    const { code, out } = run(join(installed, launcher), ['checks'], installed);
    expect({ code, named: out.includes('privileged-container') }).toEqual({ code: 0, named: true });
    expect(run(join(installed, launcher), ['config', '.'], installed).out).toContain('fail-on: high');
    // What is loaded for a command alone is found too, and Node has nothing to warn of.
    const noServer = run(join(installed, launcher), ['serve'], installed, { APP_ID: '1' });
    expect(noServer).toMatchObject({ code: 2, err: expect.stringMatching(/^plimsoll: APP_ID is set/) });
    expect(run(join(installed, launcher), ['sail'], installed)).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no command "sail".'),
    });
  });
});

describe('compiled code', () => {
  /** A bundle that says whether V8 took the code that was kept. */
  function installed(text = ''): { folder: string; cache: string; ways: () => string | undefined } {
    const folder = temporary();
    const cache = join(temporary(), 'cache');
    mkdirSync(join(folder, 'dist'));
    mkdirSync(join(folder, dirname(launcher)), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const digest = createHash('sha256').update(text).digest('hex');
    const main = 'exports.main = async (args) => { console.log(args[0]); return args[1] === "one" ? 1 : 0; };';
    writeFileSync(join(folder, 'dist/cli.cjs'), `// ${digest}\n(function (exports) {${main}${text}\n})`);
    copyFileSync(join(checkout, launcher), join(folder, launcher));
    const ways = (): string | undefined => {
      const [file = ''] = readdirSync(join(cache, 'code'));
      return readFileSync(join(cache, 'code', file), 'latin1').split('\n')[0];
    };
    return { folder, cache, ways };
  }
  const start = (folder: string, cache: string, ...args: string[]): string =>
    run(join(folder, launcher), args, folder, { PLIMSOLL_CACHE: cache }).out;

  test('is kept of every way a run has gone, so that a first --version does not decide', () => {
    const { folder, cache, ways } = installed();
    for (const args of [['--version'], ['diff'], ['diff'], ['diff', 'one']])
      expect(start(folder, cache, ...args)).toBe(`${args[0]}\n`);
    expect(ways()).toBe('--version 0, diff 0, diff 1');
  });

  test('that is torn is made anew', () => {
    const { folder, cache, ways } = installed();
    start(folder, cache, 'diff');
    const [file = ''] = readdirSync(join(cache, 'code'));
    writeFileSync(join(cache, 'code', file), 'diff 0, scan 0\ntorn');
    expect(start(folder, cache, 'diff')).toBe('diff\n');
    expect(ways()).toBe('diff 0');
    writeFileSync(join(cache, 'code', file), '');
    expect(start(folder, cache, 'diff')).toBe('diff\n');
    expect(ways()).toBe('diff 0');
  });

  test('of another bundle is not used', () => {
    const one = installed();
    const other = installed('// other');
    start(one.folder, one.cache, 'diff');
    expect(start(other.folder, one.cache, 'diff')).toBe('diff\n');
    expect(readdirSync(join(one.cache, 'code'))).toHaveLength(2);
  });

  test('in a folder that others may write to is left alone', () => {
    const { folder, cache } = installed();
    mkdirSync(join(cache, 'code'), { recursive: true });
    chmodSync(join(cache, 'code'), 0o777);
    expect(start(folder, cache, 'diff')).toBe('diff\n');
    expect(readdirSync(join(cache, 'code'))).toEqual([]);
  });

  test('is not missed where no folder can be made for it', () => {
    const { folder } = installed();
    expect(start(folder, '/dev/null/cache', 'diff')).toBe('diff\n');
  });
});

describe('in a checkout', () => {
  /** A launcher between a bundle and sources that only say which of them they are. */
  function between(): string {
    const folder = temporary();
    for (const [file, text] of Object.entries({
      'package.json': '{"type":"module"}',
      'dist/cli.cjs': '(function (exports) { exports.main = () => console.log("bundle"); })',
      'src/entry/cli.ts': 'export const main = (): void => console.log("sources");',
      'checks/one.ts': '1',
    })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    copyFileSync(join(checkout, launcher), join(folder, launcher));
    const inputs = ['src/entry/cli.ts', 'checks/one.ts'].map((file) => {
      const { size, mtimeMs } = statSync(join(folder, file));
      return [file, size, mtimeMs];
    });
    writeFileSync(join(folder, 'dist/inputs.json'), JSON.stringify(inputs));
    return folder;
  }
  const answer = (folder: string): string => run(join(folder, launcher), [], folder).out;

  test('the bundle runs while it is made from the files as they are', () => {
    expect(answer(between())).toBe('bundle\n');
  });

  test('the sources run when one of them was written after the bundle', () => {
    const folder = between();
    utimesSync(join(folder, 'checks/one.ts'), 1, 1);
    expect(answer(folder)).toBe('sources\n');
  });

  test('the sources run when one of them is gone or of another size', () => {
    const folder = between();
    const { atime, mtime } = statSync(join(folder, 'checks/one.ts'));
    writeFileSync(join(folder, 'checks/one.ts'), '123');
    utimesSync(join(folder, 'checks/one.ts'), atime, mtime);
    expect(answer(folder)).toBe('sources\n');
  });

  test('the sources run when nothing was bundled', () => {
    const folder = between();
    writeFileSync(join(folder, 'dist/inputs.json'), '[["absent.ts",1,1]]');
    expect(answer(folder)).toBe('sources\n');
  });
});
