import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import { checkRunName, pullOf } from './events.ts';
import type { Job, ReviewJob } from './job.ts';

/**
 * Completes a job: what its event did not name is asked for, and the base is the tip of its branch as it is now, so that settings
 * and waivers hold from the moment they are merged. Undefined when nothing is left to review: the commit belongs to no open
 * pull request of ours, or the pull request has moved on.
 */
export async function resolveJob(octokit: Octokit, job: ReviewJob): Promise<ReviewJob | undefined> {
  if (job.event === 'merge_group') return job;
  const full = job.baseSha === '' ? await fromPull(octokit, job) : job;
  if (full === undefined) return undefined;
  return { ...full, baseSha: (await tipOf(octokit, full, full.baseRef)) ?? full.baseSha };
}

async function fromPull(octokit: Octokit, job: ReviewJob): Promise<ReviewJob | undefined> {
  const { owner, repo } = job;
  const pull = job.pull ?? (await pullOfCommit(octokit, job));
  if (pull === undefined) return undefined;
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull });
  if (data.state !== 'open' || (job.headSha !== '' && data.head.sha !== job.headSha)) return undefined;
  return {
    ...job,
    pull,
    headSha: data.head.sha,
    headRef: data.head.ref,
    baseSha: data.base.sha,
    baseRef: data.base.ref,
    // The head's repository is null when the fork was deleted, whatever the types say.
    fork: (data.head.repo as { full_name: string } | null)?.full_name !== data.base.repo.full_name,
    draft: data.draft ?? false,
    title: data.title,
  };
}

/** The commit a branch stands at; undefined when there is no such branch. */
export async function tipOf(
  octokit: Octokit,
  { owner, repo }: Pick<Job, 'owner' | 'repo'>,
  branch: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
    return data.object.sha;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function pullOfCommit(octokit: Octokit, job: ReviewJob): Promise<number | undefined> {
  const { owner, repo, headSha: ref } = job;
  const { data } = await octokit.rest.checks.listForRef({ owner, repo, ref, check_name: checkRunName, per_page: 100 });
  return data.check_runs.map((run) => pullOf(run.external_id ?? '')).find((pull) => pull !== undefined);
}
