import { settingsFiles } from '../config.ts';
import { createAccess, statusOf } from './access.ts';
import { createOctokitClass, defaultPatience, type Patience } from './octokit.ts';
import { writeReview } from './review.ts';
import type { Outcome, RepositoryAccess, ReviewJob } from './job.ts';

/** GitHub, as a job of a workflow reaches it: by the job's own token, which can do no more than the workflow allows. */
export interface ActionHost {
  access(job: ReviewJob): RepositoryAccess;
  /** Writes the review comments of an outcome. What went wrong comes back as a sentence: comments only repeat the summary. */
  comment(job: ReviewJob, outcome: Extract<Outcome, { kind: 'report' }>): Promise<string | undefined>;
}

/** @param apiUrl `GITHUB_API_URL` */
export function createActionHost(token: string, apiUrl: string, patience: Patience = defaultPatience): ActionHost {
  const octokit = new (createOctokitClass(patience))({ auth: { token }, baseUrl: apiUrl });
  return {
    access(job) {
      const app = createAccess(octokit, octokit, job);
      return {
        ...app,
        token: () => Promise.resolve(token),
        // The workflow is the opt-in: without a settings file the defaults hold.
        async readFile(path, ref) {
          const text = await app.readFile(path, ref);
          if (text !== undefined || path !== settingsFiles.at(-1)) return text;
          return '';
        },
        async readExtended(owner) {
          const there = { ...job, owner, repo: '.github' };
          const access = createAccess(octokit, octokit, there);
          for (const path of settingsFiles) {
            const text = await access.readFile(path, 'HEAD');
            if (text !== undefined) return text;
          }
          return undefined;
        },
      };
    },
    async comment(job, outcome) {
      try {
        const { refused } = await writeReview(octokit, job, outcome, patience.second);
        return refused === 0 ? undefined : `GitHub took ${refused} review comments not.`;
      } catch (error) {
        const status = statusOf(error);
        if (status === undefined) throw error;
        return `Review comments could not be written (GitHub answered ${status}): the job needs the permission pull-requests: write, which pull requests of forks never get.`;
      }
    },
  };
}
