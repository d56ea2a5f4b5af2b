/**
 * Bundles the command into `dist/`: one file of plain JavaScript instead of some hundred modules, which take longer to load than a chart
 * takes to render. `npm ci` runs it through `prepare`; the package that is published holds the bundle and not the sources.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '..');
/** The command, and the little of it that has git begin to work while the command is read. */
const commands = ['src/entry/cli.ts', 'src/entry/begin.ts'];
/** What the command itself needs in nearly every run; all else stays a package, loaded when it is used. */
const bundled = new Set(['diff', 'picomatch', 'semver', 'yaml', 'zod']);

/**
 * Imports that stay imports: of the server, which the command loads when it is asked to serve; of the one class that both must know;
 * and of the schema library, which only settings need.
 */
const keptApart: Plugin = {
  name: 'kept-apart',
  setup(build) {
    build.onResolve({ filter: /^zod$|\/(?:server|errors)\.ts$/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const file = basename(path, '.ts');
      return { path: `./${file}.${file === 'server' ? 'js' : 'cjs'}`, external: true };
    });
  },
};

/**
 * Node's own modules as plain objects. An `import` of one makes all its parts first, streams and terminals that nobody asked for
 * among them, which takes longer than reading a chart; a `require` copies them for every file.
 */
const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(build) {
    const require = createRequire(import.meta.url);
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) => ({
      path,
      namespace: kind === 'import-statement' ? 'builtin' : 'whole-builtin',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'whole-builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(require(path) as object).filter((name) => /^[A-Za-z_]\w*$/.test(name));
      if (seldomUsed.has(path)) return { contents: whenCalled(path, names) };
      const one = `/* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)})`;
      return {
        contents: [
          `const whole = ${one};`,
          'export default whole;',
          ...names
            .filter((name) => name !== 'default')
            .map((name) => `export const ${name} = /* @__PURE__ */ (() => whole.${name})();`),
        ].join('\n'),
      };
    });
  },
};

/** Modules of plain functions that most runs do not call, and that bring much along. */
const seldomUsed = new Set(['node:fs/promises', 'node:v8', 'node:zlib']);

function whenCalled(path: string, names: readonly string[]): string {
  return names
    .filter((name) => /^[a-z]/.test(name) && name !== 'default')
    .map((name) => `export const ${name} = (...given) => process.getBuiltinModule('${path}').${name}(...given);`)
    .join('\n');
}

const common = {
  absWorkingDir: root,
  entryNames: '[name]',
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  // Names stay: stacks are what reports of bugs consist of. The rest is only more to read.
  minifyWhitespace: true,
  lineLimit: 160,
  metafile: true,
  legalComments: 'external',
  logLevel: 'warning',
  external: Object.keys(manifest.dependencies).filter((name) => !bundled.has(name)),
} as const satisfies BuildOptions;

/** The launcher runs it as a script: unlike of a module, the compiled code of a script can be kept as it was used. */
const script = {
  ...common,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
} as const satisfies BuildOptions;

const modules = {
  ...common,
  format: 'esm',
  splitting: true,
  // Bundled packages of the older kind ask for Node's own modules with `require`.
  banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
} as const satisfies BuildOptions;

/** An install for production has no bundler: the command then runs from its sources. */
function hasBundler(): boolean {
  try {
    return createRequire(import.meta.url).resolve('esbuild') !== '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/**
 * Makes it a function of what a script is given, with its digest in front, by which the launcher knows the compiled code it has kept
 * of it. Plain ASCII takes a byte a character in memory: characters that the bundler leaves in patterns are written as escapes. What it
 * imports while it runs the launcher imports for it: a script cannot, but by an experiment of Node's.
 */
function sign(file: string, { outputs }: Metafile): void {
  const imports = Object.entries(outputs).find(([name]) => basename(name) === basename(file))?.[1].imports ?? [];
  let text = readFileSync(file, 'utf8').replaceAll(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  for (const { path, kind } of imports)
    if (kind === 'dynamic-import')
      text = text.replaceAll(`import(${JSON.stringify(path)})`, `importHere(${JSON.stringify(path)})`);
  const whole = `(function(exports,require,module,__filename,__dirname,importHere){${text}\n})`;
  writeFileSync(file, `// ${createHash('sha256').update(whole).digest('hex')}\n${whole}`);
}

/** Builds beside the old bundle and takes its place at the end, so that none is ever half there. */
async function build(to: string): Promise<void> {
  const { build: bundle } = await import('esbuild');
  mkdirSync(resolve(to, '..'), { recursive: true });
  const fresh = mkdtempSync(`${to}-`);
  try {
    const made = await Promise.all([
      bundle({ ...script, entryPoints: commands, outdir: fresh, plugins: [keptApart, plainBuiltins] }),
      bundle({ ...script, entryPoints: ['src/errors.ts'], outdir: fresh }),
      bundle({
        ...script,
        stdin: { contents: "export * from 'zod';", resolveDir: root },
        outfile: join(fresh, 'zod.cjs'),
      }),
      bundle({
        ...modules,
        entryPoints: ['src/entry/server.ts', 'src/manifest/pool-worker.ts'],
        outdir: fresh,
        plugins: [keptApart],
      }),
    ]);
    const [{ metafile }] = made;
    for (const command of commands) sign(join(fresh, `${basename(command, '.ts')}.cjs`), metafile);
    const sources = made
      .flatMap(({ metafile }) => Object.keys(metafile.inputs))
      .filter((file) => !/^(?:node_modules\/|<|\w[\w-]+:)/.test(file));
    // The packages are as the last install left them, which the lock file tells.
    const inputs = [...new Set(sources), 'package-lock.json', 'scripts/build.ts'].map((file) => {
      const { size, mtimeMs } = statSync(join(root, file));
      return [file, size, mtimeMs];
    });
    writeFileSync(join(fresh, 'inputs.json'), JSON.stringify(inputs));
    chmodSync(fresh, 0o755);
    rmSync(to, { recursive: true, force: true });
    renameSync(fresh, to);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (hasBundler()) await build(resolve(process.argv[2] ?? join(root, 'dist')));
else console.error('esbuild is not installed: nothing was bundled, and plimsoll runs from its sources.');
