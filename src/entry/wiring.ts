/** Wires the pipeline for the App: settings from the base, both commits over git, review, check run. */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { steadyNow } from '../clock.ts';
import { parseSettings, settingsFiles } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { settingsFileAt } from '../github/access.ts';
import type { RepositoryAccess, Review, ReviewJob, VerifiedFixes } from '../github/job.ts';
import { inherit, type EffectiveSettings } from '../inherit.ts';
import { parseSafely } from '../manifest/pool.ts';
import type { Change, Problem, Report, Tree } from '../model.ts';
import type { RenderCache } from '../render/cache.ts';
import { stagesOf, unobserved, type Observe, type Observer } from '../observe.ts';
import { openSandbox, type SandboxState } from '../render/open-sandbox.ts';
import { toCheckRun } from '../report/check-run.ts';
import { prose } from '../report/escape.ts';
import { review } from '../review.ts';
import { defaultSettings } from '../settings.ts';
import { checkout, type Checkout } from '../tree/checkout.ts';
import { commitTree } from '../tree/commit-tree.ts';
import { changesBetween, hunks } from '../tree/diff.ts';
import { scanCommit, type Scan } from './baseline.ts';
import { checkIndex } from './checks.ts';
import { today } from './clock.ts';
import { commentsFor, fixesOf } from './comments.ts';
import { meet } from './first-contact.ts';
import { unjudged } from './unjudged.ts';
import { renderCache, renderingPlace } from './render-cache.ts';

/** What the server decides about reviews. */
export interface WiringOptions {
  sandbox: SandboxState;
  /** Folder for checkouts; each review makes its own below and removes it. */
  cacheFolder: string;
  /** Results of earlier renders; absent where none are kept. */
  cache?: RenderCache;
  observe?: Observe;
}

/** The review that the App runs. */
export function createReview(wiring: WiringOptions): Review {
  return (job, access, signal) => reviewJob(job, access, signal, wiring);
}

/**
 * Opens and proves the sandbox, and wires the review to it.
 * @param env `PLIMSOLL_SANDBOX` (require, auto or off; require in production), `PLIMSOLL_CACHE`, and what
 *   `renderCache` reads
 * Throws `sandbox-unavailable` when one is required and none can be proved.
 */
export async function wire(
  env: NodeJS.ProcessEnv,
  observer: Observer = unobserved,
): Promise<{ review: Review; scan: Scan; sandbox: SandboxState }> {
  const sandbox = await openSandbox(sandboxMode(env), { env, service: true });
  const cacheFolder = env.PLIMSOLL_CACHE ?? join(tmpdir(), 'plimsoll');
  const cache = await renderCache(env, observer);
  const { observe } = observer;
  const wiring = { sandbox, cacheFolder, observe, ...(cache === undefined ? {} : { cache }) };
  return { review: createReview(wiring), scan: createBaseline(wiring), sandbox };
}

/** Production refuses to render without isolation unless told otherwise. */
export function sandboxMode(env: NodeJS.ProcessEnv): 'require' | 'auto' | 'off' {
  const asked = env.PLIMSOLL_SANDBOX ?? (env.NODE_ENV === 'production' ? 'require' : 'auto');
  if (asked === 'require' || asked === 'auto' || asked === 'off') return asked;
  throw new PlimsollError('usage-sandbox', `PLIMSOLL_SANDBOX is "${asked}".`, 'Allowed: require, auto, off.');
}

/** What the App scans after a push. Whoever pushes to the default branch may write: it renders where the repository's own pull requests do. */
export function createBaseline(wiring: WiringOptions): Scan {
  return async (job, access, signal) => {
    if (!wiring.sandbox.proven && wiring.sandbox.backend !== 'none') return undefined;
    const found = await settingsAt(access, job, job.headSha);
    return found === undefined ? undefined : scanCommit(job, access, found.settings, signal, wiring);
  };
}

async function reviewJob(
  job: ReviewJob,
  access: RepositoryAccess,
  signal: AbortSignal,
  wiring: WiringOptions,
): ReturnType<Review> {
  const checks = await checkIndex();
  const { proven, backend, reasons } = wiring.sandbox;
  // Without isolation only what comes from people who may write to the repository, and only where that was accepted at start.
  const renders = proven || (backend === 'none' && !job.fork);
  if (job.firstContact === true)
    return renders ? meet(job, access, signal, wiring) : notRendered(job, reasons, defaultSettings.failOn);
  const stage = stagesOf(wiring.observe ?? unobserved.observe);
  const found = await stage('settings', () => settingsAt(access, job, job.baseSha));
  if (found === undefined) return { kind: 'not-opted-in' };
  if (!renders) return notRendered(job, reasons, found.settings.failOn);
  const from = await access.mergeBase(job.baseSha, job.headSha);
  const token = await access.token();
  await using commits = await stage('fetch', () =>
    checkout({
      url: access.cloneUrl,
      token,
      wants: [from, headWant(job)],
      cacheFolder: wiring.cacheFolder,
      signal,
    }),
  );
  const head = commits.commits.get(headWant(job)) ?? job.headSha;
  if (head !== job.headSha)
    throw new PlimsollError(
      'head-moved',
      `The pull request's head is ${head.slice(0, 12)} by now, not ${job.headSha.slice(0, 12)}.`,
      'The newer push gets a review of its own.',
    );
  const changes = await changesBetween(commits, from, head);
  const headTree = commitTree(commits, head, found.settings.limits);
  const tried: { fixes?: VerifiedFixes } = {};
  const report = await review(
    {
      repository: `${job.owner}/${job.repo}`,
      ...(job.pull === undefined ? {} : { pull: job.pull }),
      base: commitTree(commits, from, found.settings.limits),
      head: headTree,
      changes,
      settings: found.settings,
      settingsFile: found.file,
      settingsProblems: [...found.problems, ...(await newSettingsProblems(headTree, changes))],
      settingsNotices: found.notices,
    },
    {
      sandbox: renderingPlace(wiring),
      loadChecks: () => Promise.resolve([...checks.values()]),
      concurrency: availableParallelism(),
      today: today(),
      now: steadyNow,
      mended: (mended) => (tried.fixes = fixesOf(mended)),
      writtenLines: (files) => writtenLines(commits, from, head, changes, files),
      parse: (text) => parseSafely(text, { signal }),
      stage,
      signal,
    },
  );
  if (!proven)
    report.notices.unshift({
      code: 'no-isolation',
      message: `Rendered without isolation: no sandbox works on this server${because(reasons)}.`,
    });
  // Skipped or failed units are something: only a diff that touches none at all may be let pass by the settings.
  if (report.conclusion === 'neutral' && report.units.length === 0) report.conclusion = found.settings.nothingToJudge;
  const comments = await stage('report', () =>
    commentsFor(job, report, found.settings, headTree, (files) => shownLines(commits, from, head, changes, files)),
  );
  return {
    kind: 'report',
    report,
    rendered: stage('report', () =>
      toCheckRun(report, { checks, report: found.settings.report, blobUrl: access.blobUrl }),
    ),
    ...(comments === undefined ? {} : { comments }),
    ...tried,
  };
}

/** Charts are not rendered where nothing contains them: neutral, and the check run says why. */
function notRendered(
  job: ReviewJob,
  reasons: readonly string[],
  failOn: Report['failOn'],
): Awaited<ReturnType<Review>> {
  const why = job.fork
    ? 'this pull request comes from a fork, and no sandbox works'
    : 'the sandbox does not work any more';
  const message = `Not rendered: ${why} on this server${because(reasons)}.`;
  const report = unjudged(job, { notices: [{ code: 'sandbox-unavailable', message }], failOn });
  return {
    kind: 'report',
    report,
    rendered: {
      conclusion: 'neutral',
      title: 'Not rendered: sandbox unavailable',
      summary: `${prose(message)} The operator of this App can mend that; until then nothing of this pull request was judged.`,
      annotations: [],
    },
  };
}

function because(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
}

/** A fork's commits are served by the base repository under the pull request's own ref. */
function headWant(job: ReviewJob): string {
  return job.fork && job.pull !== undefined ? `refs/pull/${job.pull}/head` : job.headSha;
}

/** A commit's settings with what they inherit. */
async function settingsAt(
  access: RepositoryAccess,
  repository: { owner: string; repo: string },
  commit: string,
): Promise<(EffectiveSettings & { file: string }) | undefined> {
  const found = await settingsFileAt(access, commit);
  if (found === undefined) return undefined;
  const known = await checkIndex();
  const own = { ...parseSettings(found.text, found.file, known), file: found.file };
  return { ...(await inherit(own, repository, known, (owner) => access.readExtended(owner))), file: found.file };
}

/** A pull request that changes the settings is judged by the old ones; the new ones are only validated. */
export async function newSettingsProblems(head: Tree, changes: readonly Change[]): Promise<Problem[]> {
  const changed = settingsFiles.find((file) =>
    changes.some(({ path, status }) => path === file && status !== 'deleted'),
  );
  if (changed === undefined) return [];
  const bytes = await head.read(changed);
  if (bytes === undefined) return [];
  return parseSettings(bytes.toString('utf8'), changed, await checkIndex()).problems.map((problem) => ({
    ...problem,
    side: 'head',
  }));
}

/** Lines of files that the diff wrote. */
const writtenLines: LinesOfDiff = (...of) => linesOfDiff(0, ...of);

/** Lines of files that the diff shows: GitHub adds three around each change. */
const shownLines: LinesOfDiff = (...of) => linesOfDiff(3, ...of);

type LinesOfDiff = (
  commits: Checkout,
  from: string,
  head: string,
  changes: readonly Change[],
  files: readonly string[],
) => ReturnType<typeof hunks>;

function linesOfDiff(
  context: number,
  commits: Checkout,
  from: string,
  head: string,
  changes: readonly Change[],
  files: readonly string[],
): ReturnType<typeof hunks> {
  const asked = new Set(files);
  const found = changes.filter(({ path }) => asked.has(path));
  return hunks(commits, from, head, found, context);
}
