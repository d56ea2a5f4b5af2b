import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  from: string;
  /** Path relative to the repository for own modules, else the package's or built-in's name. */
  to: string;
  own: boolean;
  typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') || name.endsWith('.js'))
    .map((name) => join(folder, name));
}

const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;

function importsOf(file: string): Import[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map((found) => {
    const specifier = found[2] ?? found[3] ?? '';
    const own = specifier.startsWith('.');
    return {
      from: file,
      to: own ? relative(root, resolve(root, dirname(file), specifier)) : specifier,
      own,
      typeOnly: found[1] !== undefined,
    };
  });
}

const src = sources('src').flatMap(importsOf);
const checks = sources('checks').flatMap(importsOf);
const all = [...src, ...checks];
const area = (path: string): string =>
  path.startsWith('src/') ? (path.split('/')[1] ?? '') : (path.split('/')[0] ?? '');
const lines = (found: Import[]): string[] => found.map(({ from, to }) => `${from} imports ${to}`);

test('the nouns import nothing', () => {
  expect(lines(src.filter(({ from }) => from === 'src/model.ts'))).toEqual([]);
});

test('a check imports src/check.ts alone', () => {
  const allowed = new Set(['src/check.ts']);
  expect(lines(checks.filter(({ from, to }) => from !== 'checks/index.ts' && !allowed.has(to)))).toEqual([]);
});

test('checks do not read a clock or the machine', () => {
  const impure =
    /\b(Date\.now|new Date\(\)|process\.(?:env|argv|hrtime|cwd|memoryUsage|platform)|Math\.random|fetch\(|globalThis)/;
  const found = [...sources('checks'), ...sources('src/subjects')].filter((file) =>
    impure.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

test('subjects, manifest, analyze and report do not touch files, network or processes', () => {
  const pure = new Set(['subjects', 'manifest', 'analyze', 'report']);
  const allowed = new Set(['node:crypto', 'node:url', 'node:path', 'node:module']);
  // The pool is the one place of src/manifest with an effect: it starts the worker threads that parse.
  const found = src.filter(
    ({ from, to, own }) =>
      pure.has(area(from)) &&
      !own &&
      to.startsWith('node:') &&
      !allowed.has(to) &&
      !(from.startsWith('src/manifest/pool') && ['node:worker_threads', 'node:os'].includes(to)),
  );
  expect(lines(found)).toEqual([]);
});

test('only the sandbox and the git runner start processes', () => {
  const starters = src.filter(({ to }) => ['execa', 'node:child_process', 'child_process'].includes(to));
  expect(lines(starters.filter(({ from }) => !/^src\/(tree|render)\/|^src\/process\.ts$/.test(from)))).toEqual([]);
});

test('only the tree and the sandbox ask for a process', () => {
  const askers = src.filter(({ to }) => to === 'src/process.ts');
  expect(lines(askers.filter(({ from }) => !/^src\/(tree|render)\//.test(from)))).toEqual([]);
});

test('no process is started through a shell', () => {
  const found = [...sources('src'), ...sources('checks'), ...sources('scripts')].filter((file) =>
    /shell:\s*(true|['"])|execaCommand|execSync|(?:^|[\s(=])\$`/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

test('tree, render, analyze and report do not import one another', () => {
  const apart = new Set(['tree', 'render', 'analyze', 'report']);
  expect(
    lines(
      src.filter(({ from, to, own }) => own && apart.has(area(from)) && apart.has(area(to)) && area(from) !== area(to)),
    ),
  ).toEqual([]);
});

test('only src/github knows Octokit; the server starts Probot', () => {
  const octokit = src.filter(({ to }) => to.startsWith('@octokit/') || to === 'octokit');
  expect(lines(octokit.filter(({ from }) => area(from) !== 'github'))).toEqual([]);
  const probot = src.filter(({ to, typeOnly }) => to === 'probot' && !typeOnly);
  expect(lines(probot.filter(({ from }) => area(from) !== 'github' && from !== 'src/entry/server.ts'))).toEqual([]);
});

test('only src/store knows SQL', () => {
  const sql = src.filter(({ to }) => ['pg', 'pg-boss'].includes(to) || to.startsWith('@electric-sql/'));
  expect(lines(sql.filter(({ from }) => area(from) !== 'store'))).toEqual([]);
});

test('nothing imports the entry points', () => {
  expect(
    lines(all.filter(({ from, to, own }) => own && to.startsWith('src/entry/') && area(from) !== 'entry')),
  ).toEqual([]);
});

test('what the pipeline is made of does not import what drives it', () => {
  const inner = new Set(['subjects', 'manifest', 'tree', 'render', 'analyze', 'report']);
  const outer = new Set(['github', 'store', 'web', 'entry']);
  expect(lines(src.filter(({ from, to, own }) => own && inner.has(area(from)) && outer.has(area(to))))).toEqual([]);
});
