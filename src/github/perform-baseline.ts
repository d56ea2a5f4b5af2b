import type { Probot } from 'probot';
import { PlimsollError } from '../errors.ts';
import { TryLater, type Try } from '../jobs.ts';
import { createAccess, settingsFileAt } from './access.ts';
import { enter } from './enter.ts';
import type { Baseline, BaselineJob } from './job.ts';
import { isTransient, waitOf } from './transient.ts';

/**
 * One try of counting what stands on the default branch. Nothing is written to the host. What may pass by itself, and a bug, is
 * thrown as `TryLater`; what only a person can mend (a commit that is gone, say) is logged, as the next push is counted anyway.
 */
export async function performBaseline(
  probot: Probot,
  wanted: BaselineJob,
  baseline: Baseline,
  { signal }: Try,
): Promise<void> {
  const log = probot.log.child({ delivery: wanted.delivery, repository: `${wanted.owner}/${wanted.repo}` });
  try {
    const entered = await enter(probot, wanted);
    if (entered === undefined) return;
    const { octokit, job } = entered;
    const access = createAccess(octokit, await probot.auth(), job);
    // Asked before anything is fetched: most pushes are to repositories that never invited us.
    if ((await settingsFileAt(access, job.headSha)) === undefined) return;
    signal.throwIfAborted();
    if (!(await baseline(job, access, signal))) log.info('The default branch was not counted.');
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    log.error({ err: error, commit: wanted.headSha }, 'The default branch could not be counted.');
    if (error instanceof PlimsollError && !isTransient(error)) return;
    throw new TryLater(error, waitOf(error));
  }
}
