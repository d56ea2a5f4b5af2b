import type { Probot } from 'probot';
import { settingsFiles } from '../config.ts';
import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import { checkRunName } from './events.ts';
import type { ReviewJob } from './job.ts';

/** What looking for missed work needs from the queue. */
export interface Missing {
  /** Whether this head is waiting, running or reviewed as far as the queue knows. */
  knows(job: ReviewJob): Promise<boolean>;
  add(job: ReviewJob): Promise<void>;
}

/** What a pass did. */
export interface Reconciled {
  calls: number;
  queued: number;
  redelivered: number;
  /** Where the next pass goes on, `owner/repo`; undefined when this one saw everything. */
  next?: string;
}

/** GitHub gives an installation at least 5,000 calls an hour; passes every five minutes leave the most of them to reviews. */
const defaultCalls = 200;

/** Deliveries of the last hour: what failed before that was looked for by an earlier pass. */
const deliveryAge = 3_600_000;

/**
 * Finds what no webhook told us, because we were down or GitHub was: failed deliveries are asked for again, and open pull requests
 * of repositories with our settings whose head has no completed check run of ours get a job.
 *
 * @param from where the last pass stopped
 */
export async function reconcile(
  probot: Probot,
  missing: Missing,
  { from, calls = defaultCalls, now = Date.now() }: { from?: string; calls?: number; now?: number } = {},
): Promise<Reconciled> {
  const app: Octokit = await probot.auth();
  const done: Reconciled = { calls: 0, queued: 0, redelivered: await redeliver(app, now) };
  let reached = from === undefined;
  for await (const { octokit, installation, repository } of repositories(probot, app)) {
    const name = `${repository.owner.login}/${repository.name}`;
    reached ||= name === from;
    if (!reached || repository.archived) continue;
    if (done.calls >= calls) return { ...done, next: name };
    const jobs = await openHeads(octokit, installation, repository, done);
    for (const job of jobs) {
      if (await missing.knows(job)) continue;
      if (await isReviewed(octokit, job, done)) continue;
      await missing.add(job);
      done.queued += 1;
    }
  }
  return done;
}

interface Repository {
  name: string;
  owner: { login: string };
  default_branch: string;
  archived: boolean;
}

async function* repositories(
  probot: Probot,
  app: Octokit,
): AsyncGenerator<{ octokit: Octokit; installation: number; repository: Repository }> {
  const installations = await app.paginate(app.rest.apps.listInstallations, { per_page: 100 });
  for (const { id, suspended_at: suspended } of installations) {
    if (typeof suspended === 'string') continue;
    const octokit: Octokit = await probot.auth(id);
    const pages = octokit.paginate.iterator(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
    for await (const { data } of pages) for (const repository of data) yield { octokit, installation: id, repository };
  }
}

/** The open pull requests of a repository that has our settings. */
async function openHeads(
  octokit: Octokit,
  installation: number,
  { name: repo, owner: { login: owner }, default_branch: defaultBranch }: Repository,
  done: Reconciled,
): Promise<ReviewJob[]> {
  if (!(await hasSettings(octokit, owner, repo, done))) return [];
  done.calls += 1;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: 'open', per_page: 100 });
  return pulls.map(({ number, title, head, base, draft }) => ({
    delivery: `reconciled-${head.sha}`,
    installation,
    owner,
    repo,
    defaultBranch,
    event: 'pull_request',
    pull: number,
    headSha: head.sha,
    headRef: head.ref,
    baseSha: base.sha,
    baseRef: base.ref,
    // The head's repository is null when the fork was deleted, whatever the types say.
    fork: (head.repo as { full_name: string } | null)?.full_name !== `${owner}/${repo}`,
    draft: draft ?? false,
    title,
  }));
}

async function hasSettings(octokit: Octokit, owner: string, repo: string, done: Reconciled): Promise<boolean> {
  for (const path of settingsFiles) {
    done.calls += 1;
    try {
      await octokit.rest.repos.getContent({ owner, repo, path });
      return true;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return false;
}

async function isReviewed(
  octokit: Octokit,
  { owner, repo, headSha: ref }: ReviewJob,
  done: Reconciled,
): Promise<boolean> {
  done.calls += 1;
  const { data } = await octokit.rest.checks.listForRef({ owner, repo, ref, check_name: checkRunName, per_page: 100 });
  return data.check_runs.some(({ status }) => status === 'completed');
}

/** GitHub keeps deliveries for days and never sends one again by itself. https://docs.github.com/rest/apps/webhooks */
async function redeliver(app: Octokit, now: number): Promise<number> {
  const { data } = await app.rest.apps.listWebhookDeliveries({ per_page: 100 });
  const recent = data.filter(({ delivered_at: at }) => now - Date.parse(at) < deliveryAge);
  const arrived = new Set(recent.filter(({ status_code: code }) => code >= 200 && code < 300).map(({ guid }) => guid));
  const asked = new Set<string>();
  for (const { guid, id } of recent) {
    if (arrived.has(guid) || asked.has(guid)) continue;
    asked.add(guid);
    await app.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
  }
  return asked.size;
}
