import type { Probot } from 'probot';
import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import type { Job } from './job.ts';

/** A job as its repository is called now, and who acts there. */
export interface Entered<J> {
  octokit: Octokit;
  job: J;
}

/**
 * Goes to a job's repository. Jobs wait, and meanwhile a repository may be renamed, or handed to an owner whose installation is
 * another one: GitHub sends those who ask by the former name on. Undefined when nothing is left for us there: the repository is
 * archived or deleted, or the App was suspended or taken away.
 */
export async function enter<J extends Job>(probot: Probot, wanted: J): Promise<Entered<J> | undefined> {
  try {
    return await located(await probot.auth(wanted.installation), wanted);
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 403) throw error;
    const installation = await installationOf(await probot.auth(), wanted);
    // We belong here, so that is not why we were refused.
    if (installation === wanted.installation) throw error;
    if (installation === undefined) return undefined;
    return await located(await probot.auth(installation), { ...wanted, installation });
  }
}

async function located<J extends Job>(octokit: Octokit, job: J): Promise<Entered<J> | undefined> {
  const { owner, repo } = job;
  const { data } = await octokit.rest.repos.get({ owner, repo });
  if (data.archived) return undefined;
  return { octokit, job: { ...job, owner: data.owner.login, repo: data.name, defaultBranch: data.default_branch } };
}

/** The installation that holds a repository now; undefined when none does, or it may do nothing. */
async function installationOf(app: Octokit, { owner, repo }: Job): Promise<number | undefined> {
  try {
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo });
    return typeof data.suspended_at === 'string' ? undefined : data.id;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
