import type { CheckAction } from '../report/check-run.ts';
import type { Octokit } from './app.ts';
import type { Job, ReviewJob, VerifiedFixes } from './job.ts';

/** The buttons of a check run; GitHub shows them to people who may write. */
export function actionsOf(job: ReviewJob, fixes: VerifiedFixes | undefined, mayFix: boolean): CheckAction[] {
  if (job.pull === undefined) return [];
  const count = fixes?.made.length ?? 0;
  const fix = {
    label: 'Fix',
    identifier: 'fix',
    description: `Commit ${count === 1 ? 'the verified fix' : `${count} verified fixes`}`,
  };
  const rerun = { label: 'Re-run', identifier: 'rerun', description: 'Judge this head once more' };
  return mayFix && count > 0 ? [fix, rerun] : [rerun];
}

/**
 * Whether the installation was granted to write contents. The App asks for reading alone; who wants the "Fix" button and
 * waivers as pull requests grants more.
 */
export async function mayWriteContents(app: Octokit, job: Job): Promise<boolean> {
  const { permissions } = (await app.auth({ type: 'installation', installationId: job.installation })) as {
    permissions: Partial<Record<string, string>>;
  };
  return permissions.contents === 'write';
}
