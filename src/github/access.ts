import { settingsFiles } from '../config.ts';
import type { Octokit } from './app.ts';
import { createReadExtended } from './extended.ts';
import type { RepositoryAccess, ReviewJob } from './job.ts';
import { statusOf } from './status.ts';

export { statusOf } from './status.ts';

/** Contents as they are, not in the API's envelope. https://docs.github.com/rest/repos/contents */
const raw = { format: 'raw' };

/**
 * What a review may read of its repository.
 *
 * @param octokit acts as the installation
 * @param app acts as the App; mints the token git gets
 */
export function createAccess(
  octokit: Octokit,
  app: Octokit,
  job: Pick<ReviewJob, 'owner' | 'repo' | 'installation' | 'headSha'>,
): RepositoryAccess {
  const { owner, repo } = job;
  const site = siteUrl(octokit);
  return {
    cloneUrl: `${site}/${owner}/${repo}.git`,
    blobUrl: `${site}/${owner}/${repo}/blob/${job.headSha}`,
    async token() {
      const { token } = (await app.auth({
        type: 'installation',
        installationId: job.installation,
        repositoryNames: [repo],
        permissions: { contents: 'read' },
      })) as { token: string };
      return token;
    },
    async readFile(path, ref) {
      try {
        const answer = await octokit.rest.repos.getContent({ owner, repo, path, ref, mediaType: raw });
        // A folder of that name is answered by a list even when raw contents are asked for.
        return typeof answer.data === 'string' ? answer.data : undefined;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    readExtended: createReadExtended(octokit, app, job),
    async mergeBase(base, head) {
      const basehead = `${base}...${head}`;
      const answer = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 });
      return answer.data.merge_base_commit.sha;
    },
  };
}

/** The settings file at a commit; undefined when there is none. */
export async function settingsFileAt(
  access: RepositoryAccess,
  commit: string,
): Promise<{ file: string; text: string } | undefined> {
  for (const file of settingsFiles) {
    const text = await access.readFile(file, commit);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

/** `https://github.com`, or the Enterprise Server's: its API stands below `/api/v3` of the same host. */
function siteUrl(octokit: Octokit): string {
  const { baseUrl } = octokit.request.endpoint.DEFAULTS;
  if (baseUrl === 'https://api.github.com') return 'https://github.com';
  return baseUrl.replace(/\/api\/v3\/?$/, '');
}
