import type { Report, Suggestion } from '../model.ts';
import type { CheckAction } from '../report/check-run.ts';
import type { Octokit } from './app.ts';
import type { Job, ReviewJob } from './job.ts';

/** The buttons of a check run; GitHub shows them to people who may write. */
export function actionsOf(job: ReviewJob, report: Report | undefined, mayFix: boolean): CheckAction[] {
  if (job.pull === undefined) return [];
  const count = report === undefined ? 0 : fixesOf(report).length;
  const fix = {
    label: 'Fix',
    identifier: 'fix',
    description: `Commit ${count === 1 ? 'the verified fix' : `${count} verified fixes`}`,
  };
  const rerun = { label: 'Re-run', identifier: 'rerun', description: 'Judge this head once more' };
  return mayFix && count > 0 ? [fix, rerun] : [rerun];
}

/** What "Fix" commits: the verified fixes of what was introduced and not accepted, without those that can break what runs. */
export function fixesOf(report: Report): Suggestion[] {
  return report.findings.flatMap(({ status, waiver, suggestion }) =>
    status !== 'introduced' || waiver !== undefined || suggestion === undefined || suggestion.risky === true
      ? []
      : [suggestion],
  );
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
