/** A repository's first contact: a pull request brings settings, and the base has none. */
import { selectChecks } from '../analyze/select.ts';
import { parseSettings } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { settingsFileAt } from '../github/access.ts';
import type { RepositoryAccess, Review, ReviewJob } from '../github/job.ts';
import { inherit } from '../inherit.ts';
import { firstContact } from '../report/first-contact.ts';
import { defaultLimits } from '../settings.ts';
import { scanCommit } from './baseline.ts';
import { checkIndex } from './checks.ts';
import { unjudged } from './unjudged.ts';
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
    return { kind: 'report', report: unjudged(job, { problems, failOn: settings.failOn }), rendered };
  }
  const own = { ...settings, limits: defaultLimits };
  const scan = await scanCommit({ ...job, headSha: job.baseSha }, access, own, signal, wiring);
  const rendered = firstContact(found.file, problems, scan, selected);
  return { kind: 'report', report: { ...scan, head: job.headSha, conclusion: 'neutral' }, rendered };
}
