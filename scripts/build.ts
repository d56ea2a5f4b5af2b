/**
 * Bundles the command into `dist/`: a few files of plain JavaScript instead of some hundred modules, which take longer to load than a chart
 * takes to render. `npm ci` runs it through `prepare`; the package that is published holds the bundle and not the sources.
 */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';
import manifest from '../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '..');
/** What the command itself needs in nearly every run; all else stays a package, loaded when it is used. */
const bundled = new Set(['diff', 'picomatch', 'semver', 'yaml', 'zod']);

/** An install for production has no bundler: the command then runs from its sources. */
function hasBundler(): boolean {
  try {
    return createRequire(import.meta.url).resolve('esbuild') !== '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/** Builds beside the old bundle and takes its place at the end, so that none is ever half there. */
async function build(to: string): Promise<void> {
  const { build: bundle } = await import('esbuild');
  mkdirSync(resolve(to, '..'), { recursive: true });
  const fresh = mkdtempSync(`${to}-`);
  try {
    const { metafile } = await bundle({
      absWorkingDir: root,
      entryPoints: ['src/entry/cli.ts', 'src/manifest/pool-worker.ts'],
      entryNames: '[name]',
      outdir: fresh,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node22.18',
      external: Object.keys(manifest.dependencies).filter((name) => !bundled.has(name)),
      // Not minified: stacks are what reports of bugs consist of.
      metafile: true,
      logLevel: 'warning',
      // Bundled packages of the older kind ask for Node's own modules with `require`.
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
    });
    const sources = Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
    // The packages are as the last install left them, which this file tells.
    const inputs = [...sources, 'package-lock.json', 'scripts/build.ts'].map((file) => {
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
