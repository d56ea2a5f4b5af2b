import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import { steadyNow } from '../clock.ts';
import { PlimsollError } from '../errors.ts';
import type { Report, RenderUnit } from '../model.ts';
import type { Sandbox } from '../render/sandbox.ts';
import type { ReviewEffects, ReviewInput } from '../review-input.ts';
import { defaultSettings, type Settings } from '../settings.ts';
import { commitTree } from '../tree/commit-tree.ts';
import { changesToWorkTree, hunks } from '../tree/diff.ts';
import { treesOf } from '../tree/pair.ts';
import { repositoryOf } from '../tree/repository.ts';
import { workTree } from '../tree/work-tree.ts';
import type { Begun } from './begin.ts';
import type { CliOptions } from './cli.ts';
import { today } from './clock.ts';
import { keepHeapSmall } from './heap.ts';
import type { Fixing } from './fix.ts';

/** Judges the units below the paths, as they are on disk. */
export async function scan(paths: readonly string[], given: CliOptions, fixing?: Fixing): Promise<Report> {
  keepHeapSmall();
  const targets = paths.map((path) => {
    const full = resolve(path);
    const kind = statSync(full, { throwIfNoEntry: false });
    if (kind === undefined)
      throw new PlimsollError('usage', `There is no file or folder ${path}.`, 'Name what exists.', { file: path });
    return { full, folder: kind.isDirectory() ? full : dirname(full) };
  });
  const [first] = targets;
  if (first === undefined) throw new PlimsollError('usage', 'Nothing to scan.', 'Name a folder or a file.');
  const asked = repositoryOf(first.folder);
  const pipeline = loadPipeline();
  const root = (await asked)?.top ?? first.folder;
  const below = targets.map(({ full }) => relative(root, full).split(sep).join('/'));
  const outside = below.findIndex((path) => path === '..' || path.startsWith('../'));
  if (outside !== -1)
    throw new PlimsollError('usage', `${paths[outside] ?? ''} is not below ${root}.`, 'Scan one repository at a time.');
  const { settings, ...aboutSettings } = await settingsFor(root, given);
  const { review, openSandbox } = await pipeline;
  return review(
    {
      repository: root,
      head: workTree(root, settings.limits),
      changes: 'all',
      settings,
      ...aboutSettings,
      ...(await checksAsked(given)),
      scope: scopeOf(below),
      ...suggest('all', fixing, given),
    },
    { ...(await effectsOf(given, openSandbox)), ...(fixing === undefined ? {} : { mended: fixing.mended }) },
  );
}

/** Judges what the head (the working tree when there is no pair) introduces over its merge base with the base. */
export async function diff(
  { repository, from, head: tip, pair }: Begun,
  given: CliOptions,
  fixing?: Fixing,
): Promise<Report> {
  const pipeline = loadPipeline();
  const { settings, ...aboutSettings } = await settingsFor(repository.top, given);
  const trees =
    pair === undefined
      ? { base: commitTree(repository, from, settings.limits), head: workTree(repository.top, settings.limits) }
      : treesOf(pair, settings.limits);
  // Every tree is listed in the end: git does it beside what it is asked meanwhile.
  const [{ review }, effects, changes] = await Promise.all([
    pipeline,
    pipeline.then(({ openSandbox }) => effectsOf(given, openSandbox)),
    pair === undefined ? changesToWorkTree(repository.top, from) : pair.changes,
    trees.head.index?.(),
    trees.base.index?.(),
  ]);
  return review(
    {
      repository: repository.top,
      ...trees,
      changes,
      settings,
      ...aboutSettings,
      ...(await checksAsked(given)),
      ...suggest('introduced', fixing, given),
      ...(given.format === 'markdown' ? {} : { diffs: false as const }),
    },
    {
      ...effects,
      ...(fixing === undefined ? {} : { mended: fixing.mended }),
      ...(pair === undefined
        ? {}
        : {
            writtenLines: (files) =>
              hunks(
                repository,
                from,
                tip,
                changes.filter((change) => files.includes(change.path)),
                0,
              ),
          }),
    },
  );
}

/** Asked for, every fix is tried, whatever it costs. */
function suggest(
  of: 'all' | 'introduced',
  fixing: Fixing | undefined,
  given: CliOptions,
): Pick<ReviewInput, 'suggest'> {
  if (fixing === undefined && given.suggest !== true) return {};
  return { suggest: { of, risky: fixing?.risky ?? false, budget: 1000 } };
}

type Pipeline = Pick<typeof import('../review.ts'), 'review'> &
  Pick<typeof import('../render/open-sandbox.ts'), 'openSandbox'>;

/** Loads what reviews; called when git has its first question, so that the two go on side by side. */
async function loadPipeline(): Promise<Pipeline> {
  const [{ review }, { openSandbox }] = await Promise.all([
    import('../review.ts'),
    import('../render/open-sandbox.ts'),
  ]);
  return { review, openSandbox };
}

async function settingsFor(
  root: string,
  given: CliOptions,
): Promise<Pick<ReviewInput, 'settings' | 'settingsProblems' | 'settingsNotices' | 'settingsFile'>> {
  const { hasSettings } = await import('./has-settings.ts');
  const found =
    given.config === undefined && given.extends === undefined && !hasSettings(root)
      ? { settings: defaultSettings, problems: [], notices: [] }
      : await (await import('./show-config.ts')).readSettings(root, given.config, given.extends);
  const settings: Settings = {
    ...found.settings,
    ...(given.failOn === undefined ? {} : { failOn: given.failOn }),
    ...(given.kubeVersion === undefined ? {} : { kubeVersion: given.kubeVersion.split('.').slice(0, 2).join('.') }),
    ...(given.report === undefined ? {} : { report: given.report }),
  };
  return {
    settings,
    settingsProblems: found.problems,
    settingsNotices: found.notices,
    ...('file' in found && typeof found.file === 'string' ? { settingsFile: found.file } : {}),
  };
}

async function effectsOf(given: CliOptions, openSandbox: Pipeline['openSandbox']): Promise<ReviewEffects> {
  const { sandbox, proven, reasons } = await openSandbox(given.sandbox);
  if (!proven)
    process.stderr.write(
      `plimsoll: rendering without isolation${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}: fine for your own files, not for a stranger's.\n`,
    );
  return {
    // Nothing is written to somebody's disk unasked; loading what keeps renders takes a few milliseconds besides.
    sandbox: process.env.PLIMSOLL_CACHE_MAX ? await keeping(sandbox) : sandbox,
    loadChecks: async () => (await import('../../checks/index.ts')).checks,
    concurrency: availableParallelism(),
    today: today(),
    now: steadyNow,
  };
}

async function keeping(sandbox: Sandbox): Promise<Sandbox> {
  const [{ renderCache }, { cached }] = await Promise.all([import('./render-cache.ts'), import('../render/cached.ts')]);
  const cache = await renderCache(process.env);
  return cache === undefined ? sandbox : cached(sandbox, cache);
}

async function checksAsked(given: CliOptions): Promise<{ checks?: 'all' | readonly string[] }> {
  if (given.checks === undefined) return {};
  if (given.checks === 'all') return { checks: 'all' };
  const { checkIndex } = await import('./checks.ts');
  const known = await checkIndex();
  const ids = given.checks.split(',').map((id) => id.trim());
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new PlimsollError('usage', `There is no check "${unknown}".`, 'plimsoll checks lists all of them.');
  return { checks: ids };
}

/** Keeps the units at or below the paths; of manifests in a folder, those files that are. */
function scopeOf(paths: readonly string[]): (unit: RenderUnit) => RenderUnit | undefined {
  const covers = (path: string): boolean =>
    paths.some((target) => target === '' || path === target || path.startsWith(`${target}/`));
  return (unit) => {
    if (unit.kind === 'plain') {
      const files = unit.files.filter(covers);
      return files.length === 0 ? undefined : { ...unit, files };
    }
    // A file or folder inside a chart or kustomization means the whole of it: it renders as one.
    const holds = paths.some((target) => target.startsWith(`${unit.root}/`) || unit.root === '.');
    return covers(unit.root) || holds ? unit : undefined;
  };
}
