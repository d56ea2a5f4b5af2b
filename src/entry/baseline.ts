/** All of one commit, judged as a scan does: what stands there today. */
import { availableParallelism } from 'node:os';
import { steadyNow } from '../clock.ts';
import type { BaselineJob, RepositoryAccess } from '../github/job.ts';
import { parseSafely } from '../manifest/pool.ts';
import type { Report } from '../model.ts';
import { stagesOf, unobserved } from '../observe.ts';
import { review } from '../review.ts';
import type { Settings } from '../settings.ts';
import { checkout } from '../tree/checkout.ts';
import { commitTree } from '../tree/commit-tree.ts';
import { checkIndex } from './checks.ts';
import { today } from './clock.ts';
import { renderingPlace } from './render-cache.ts';
import type { WiringOptions } from './wiring.ts';

/** Scans the commit of a push by its own settings; undefined when it has none, or nothing contains what it renders. */
export type Scan = (job: BaselineJob, access: RepositoryAccess, signal: AbortSignal) => Promise<Report | undefined>;

/** Scans `headSha`, over git. */
export async function scanCommit(
  { owner, repo, headSha }: Pick<BaselineJob, 'owner' | 'repo' | 'headSha'>,
  access: RepositoryAccess,
  settings: Settings,
  signal: AbortSignal,
  wiring: WiringOptions,
): Promise<Report> {
  const known = await checkIndex();
  const stage = stagesOf(wiring.observe ?? unobserved.observe);
  const token = await access.token();
  await using commits = await stage('fetch', () =>
    checkout({ url: access.cloneUrl, token, wants: [headSha], cacheFolder: wiring.cacheFolder, signal }),
  );
  const head = commitTree(commits, headSha, settings.limits);
  // Awaited here: the checkout is removed when this returns.
  return await review(
    { repository: `${owner}/${repo}`, head, changes: 'all', settings, settingsProblems: [] },
    {
      sandbox: renderingPlace(wiring),
      loadChecks: () => Promise.resolve([...known.values()]),
      concurrency: availableParallelism(),
      today: today(),
      now: steadyNow,
      parse: (text) => parseSafely(text, { signal }),
      stage,
      signal,
    },
  );
}
