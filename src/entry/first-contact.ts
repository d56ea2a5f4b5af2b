/** A repository's first contact: a pull request brings settings, and the base has none. */
import { availableParallelism } from 'node:os';
import { selectChecks } from '../analyze/select.ts';
import { parseSettings } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { settingsFileAt } from '../github/access.ts';
import type { RepositoryAccess, Review, ReviewJob } from '../github/job.ts';
import { inherit } from '../inherit.ts';
import { parseSafely } from '../manifest/pool.ts';
import type { Problem, Report } from '../model.ts';
import { firstContact } from '../report/first-contact.ts';
import { review } from '../review.ts';
import { defaultLimits } from '../settings.ts';
import { checkout } from '../tree/checkout.ts';
import { commitTree } from '../tree/commit-tree.ts';
import { checkIndex } from './checks.ts';
import { today } from './clock.ts';
import type { WiringOptions } from './wiring.ts';

/**
 * Validates the head's settings and counts what they would find on the base. They are a stranger's until they are merged: what
 * they could allow themselves (larger limits) is left at the defaults.
 */
export async function meet(
  job: ReviewJob,
  access: RepositoryAccess,
  signal: AbortSignal,
  wiring: WiringOptions,
): ReturnType<Review> {
  const checks = await checkIndex();
  const found = await settingsFileAt(access, job.headSha);
  if (found === undefined)
    throw new PlimsollError(
      'head-moved',
      'The settings are gone from the head.',
      'A newer push gets a review of its own.',
    );
  const written = { ...parseSettings(found.text, found.file, checks), file: found.file };
  // A stranger must not learn by trying what an organisation keeps to itself.
  const { settings, problems } = job.fork
    ? written
    : await inherit(written, job, checks, (owner) => access.readExtended(owner));
  const known = [...checks.values()];
  const selected = selectChecks(known, settings).length;
  if (problems.length > 0) {
    const rendered = firstContact(found.file, problems, undefined, selected);
    return { kind: 'report', report: unjudged(job, problems, settings.failOn), rendered };
  }
  const own = { ...settings, limits: defaultLimits };
  await using commits = await checkout({
    url: access.cloneUrl,
    token: await access.token(),
    wants: [job.baseSha],
    cacheFolder: wiring.cacheFolder,
    signal,
  });
  const head = commitTree(commits, job.baseSha, own.limits);
  const repository = `${job.owner}/${job.repo}`;
  const scan = await review(
    { repository, head, changes: 'all', settings: own, settingsProblems: [] },
    {
      sandbox: wiring.sandbox.sandbox,
      loadChecks: () => Promise.resolve(known),
      concurrency: availableParallelism(),
      today: today(),
      now: () => performance.now(),
      parse: (text) => parseSafely(text, { signal }),
      signal,
    },
  );
  const rendered = firstContact(found.file, problems, scan, selected);
  return { kind: 'report', report: { ...scan, head: job.headSha, conclusion: 'neutral' }, rendered };
}

function unjudged(job: ReviewJob, problems: Problem[], failOn: Report['failOn']): Report {
  return {
    repository: `${job.owner}/${job.repo}`,
    ...(job.pull === undefined ? {} : { pull: job.pull }),
    head: job.headSha,
    units: [],
    findings: [],
    problems,
    notices: [],
    images: [],
    diffs: [],
    failOn,
    conclusion: 'neutral',
    milliseconds: 0,
  };
}
