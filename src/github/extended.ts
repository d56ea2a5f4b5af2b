import type { ProbotOctokit } from 'probot';
import { settingsFiles } from '../config.ts';
import { extendedRepository } from '../inherit.ts';
import type { Octokit } from './app.ts';
import type { ReviewJob } from './job.ts';
import { statusOf } from './status.ts';

/**
 * Reads the settings that an owner's repositories may inherit, at the default branch. By a token of its own that can read the
 * contents of that one repository; where the installation does not hold it, by one for the reviewed repository, which GitHub
 * lets read what is public.
 *
 * @param octokit acts as the installation; a reader is made after its kind
 * @param app acts as the App; mints the tokens
 * @returns undefined when there is no such file, or it may not be read
 */
export function createReadExtended(
  octokit: Octokit,
  app: Octokit,
  { installation, repo }: Pick<ReviewJob, 'installation' | 'repo'>,
): (owner: string) => Promise<string | undefined> {
  return async (owner) => {
    const token =
      (await tokenFor(app, installation, extendedRepository)) ?? (await tokenFor(app, installation, repo)) ?? '';
    const Reader = octokit.constructor as typeof ProbotOctokit;
    const reader = new Reader({ auth: { token } });
    for (const path of settingsFiles) {
      try {
        const { data } = await reader.rest.repos.getContent({
          owner,
          repo: extendedRepository,
          path,
          mediaType: { format: 'raw' },
        });
        if (typeof data === 'string') return data;
      } catch (error) {
        const status = statusOf(error);
        if (status !== 404 && status !== 403) throw error;
      }
    }
    return undefined;
  };
}

/** Undefined when the installation does not hold the repository. */
async function tokenFor(app: Octokit, installationId: number, repository: string): Promise<string | undefined> {
  try {
    const { token } = (await app.auth({
      type: 'installation',
      installationId,
      repositoryNames: [repository],
      permissions: { contents: 'read' },
    })) as { token: string };
    return token;
  } catch (error) {
    if (statusOf(error) === 422 || statusOf(error) === 404) return undefined;
    throw error;
  }
}
