/** A repository's first contact: a pull request brings settings, and the base has none. */
import { availableParallelism } from 'node:os';
import { selectChecks } from '../analyze/select.ts';
import { parseSettings } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { settingsFileAt } from '../github/access.ts';
import type { Review } from '../github/job.ts';
import { inherit } from '../inherit.ts';
import { parseSafely } from '../manifest/pool.ts';
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
  job: Parameters<Review>[0],
  access: Parameters<Review>[1],
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
  const repository = `${job.owner}/${job.repo}`;
  const own = { ...settings, limits: defaultLimits };
  const known = [...checks.values()];
  await using commits = await checkout({
    url: access.cloneUrl,
    token: await access.token(),
    wants: [job.baseSha],
    cacheFolder: wiring.cacheFolder,
    signal,
  });
  const tree = commitTree(commits, job.baseSha, own.limits);
  const report = await review(
    { repository, head: tree, changes: 'all', settings: own, settingsProblems: [] },
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
  const rendered = firstContact(
    found.file,
    problems,
    problems.length === 0 ? report : undefined,
    selectChecks(known, own).length,
  );
  return { kind: 'report', report: { ...report, head: job.headSha, conclusion: 'neutral' }, rendered };
}
