import { checkRunName, pullOf } from './events.ts';
import type { Octokit } from './app.ts';
import type { ReviewJob } from './job.ts';

/**
 * Completes a job whose event names no base: a check asked for again. Undefined when nothing is left to review: the commit
 * belongs to no pull request of ours, or the pull request has moved on.
 */
export async function resolveJob(octokit: Octokit, job: ReviewJob): Promise<ReviewJob | undefined> {
  if (job.baseSha !== '') return job;
  const { owner, repo } = job;
  const pull = job.pull ?? (await pullOfCommit(octokit, job));
  if (pull === undefined) return undefined;
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull });
  if (data.state !== 'open' || data.head.sha !== job.headSha) return undefined;
  return {
    ...job,
    pull,
    headRef: data.head.ref,
    baseSha: data.base.sha,
    baseRef: data.base.ref,
    // The head's repository is null when the fork was deleted, whatever the types say.
    fork: (data.head.repo as { full_name: string } | null)?.full_name !== data.base.repo.full_name,
    draft: data.draft ?? false,
    title: data.title,
  };
}

async function pullOfCommit(octokit: Octokit, job: ReviewJob): Promise<number | undefined> {
  const { owner, repo, headSha: ref } = job;
  const { data } = await octokit.rest.checks.listForRef({ owner, repo, ref, check_name: checkRunName, per_page: 100 });
  return data.check_runs.map((run) => pullOf(run.external_id ?? '')).find((pull) => pull !== undefined);
}
