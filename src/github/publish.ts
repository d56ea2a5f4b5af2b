import { setTimeout as pause } from 'node:timers/promises';
import type { CheckAnnotation, CheckRunOutput } from '../report/check-run.ts';
import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import { checkRunName, externalId } from './events.ts';
import type { ReviewJob } from './job.ts';

/** Annotations a request may carry; further requests append. https://docs.github.com/rest/checks/runs#update-a-check-run */
const annotationsPerRequest = 50;
/** What `summary` and `text` may hold each. Counted in bytes, so that it holds however GitHub counts characters. */
const textLimit = 65_535;
const attempts = 3;

/** A check run that was started. */
export interface StartedCheckRun {
  id: number;
  /** It stood there already: a job is done again after it was cut off, and part of its annotations may be written. */
  found: boolean;
}

/** How a check run ends; beside our own conclusions, one that was overtaken. */
export type Ending = Omit<CheckRunOutput, 'conclusion'> & { conclusion: CheckRunOutput['conclusion'] | 'cancelled' };

/**
 * Shows on the commit that a review is under way. The same job finds its check run again, so a job may be repeated from its
 * beginning; a creation whose answer was lost makes no second one.
 *
 * @param second milliseconds to wait after a failed try
 */
export async function startCheckRun(octokit: Octokit, job: ReviewJob, second: number): Promise<StartedCheckRun> {
  const { owner, repo } = job;
  const external_id = externalId(job);
  for (let attempt = 1; ; attempt += 1) {
    const standing = await findCheckRun(octokit, job, external_id);
    if (standing !== undefined) return { id: standing, found: true };
    try {
      const { data } = await octokit.rest.checks.create({
        owner,
        repo,
        name: checkRunName,
        head_sha: job.headSha,
        external_id,
        status: 'in_progress',
        started_at: new Date().toISOString(),
        // A lost answer must not be followed by a second creation: we look first.
        request: { retries: 0 },
      });
      return { id: data.id, found: false };
    } catch (error) {
      if (attempt === attempts || (statusOf(error) ?? 0) < 500) throw error;
      await pause(attempt * second);
    }
  }
}

async function findCheckRun(octokit: Octokit, job: ReviewJob, external_id: string): Promise<number | undefined> {
  const { owner, repo, headSha: ref } = job;
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
    owner,
    repo,
    ref,
    check_name: checkRunName,
    filter: 'all',
    per_page: 100,
  });
  return runs.find((run) => run.external_id === external_id)?.id;
}

/**
 * Writes the result: annotations in as many requests as they need, and completes the check run in the last one. GitHub appends
 * annotations: those that a cut-off try, or a request whose answer was lost, has written already are not written twice.
 *
 * @param second milliseconds to wait after a failed try
 */
export async function completeCheckRun(
  octokit: Octokit,
  job: ReviewJob,
  run: StartedCheckRun,
  ending: Ending,
  second: number,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const known = { ...run, found: run.found || attempt > 1 };
      await writeAll(octokit, job, run.id, ending, await missing(octokit, job, known, ending.annotations));
      return;
    } catch (error) {
      if (attempt === attempts || (statusOf(error) ?? 0) < 500) throw error;
      await pause(attempt * second);
    }
  }
}

async function writeAll(
  octokit: Octokit,
  { owner, repo }: ReviewJob,
  check_run_id: number,
  ending: Ending,
  unwritten: readonly CheckAnnotation[],
): Promise<void> {
  const output = {
    title: ending.title,
    summary: withinLimit(ending.summary),
    ...(ending.text === undefined ? {} : { text: withinLimit(ending.text) }),
  };
  const batches = inBatches(unwritten);
  const last = batches.pop() ?? [];
  const common = { owner, repo, check_run_id, request: { retries: 0 } };
  for (const annotations of batches) {
    await octokit.rest.checks.update({ ...common, output: { ...output, annotations } });
  }
  await octokit.rest.checks.update({
    ...common,
    status: 'completed',
    conclusion: ending.conclusion,
    completed_at: new Date().toISOString(),
    output: { ...output, ...(last.length === 0 ? {} : { annotations: last }) },
    ...(ending.actions === undefined ? {} : { actions: ending.actions }),
  });
}

async function missing(
  octokit: Octokit,
  job: ReviewJob,
  run: StartedCheckRun,
  annotations: readonly CheckAnnotation[],
): Promise<CheckAnnotation[]> {
  if (!run.found || annotations.length === 0) return [...annotations];
  const { owner, repo } = job;
  const written = await octokit.paginate(octokit.rest.checks.listAnnotations, {
    owner,
    repo,
    check_run_id: run.id,
    per_page: 100,
  });
  const seen = new Set(written.map(annotationKey));
  return annotations.filter((annotation) => !seen.has(annotationKey(annotation)));
}

function annotationKey(annotation: {
  path: string;
  start_line: number;
  title: string | null;
  message: string | null;
}): string {
  return JSON.stringify([annotation.path, annotation.start_line, annotation.title, annotation.message]);
}

function inBatches(annotations: readonly CheckAnnotation[]): CheckAnnotation[][] {
  const batches: CheckAnnotation[][] = [];
  for (let start = 0; start < annotations.length; start += annotationsPerRequest) {
    batches.push(annotations.slice(start, start + annotationsPerRequest));
  }
  return batches;
}

/** The report keeps the limit itself and cuts at whole items; this is the net below it, cutting at a whole line. */
function withinLimit(text: string): string {
  if (Buffer.byteLength(text) <= textLimit) return text;
  const note = '\n\n(Cut here: GitHub takes 65,535 characters.)';
  const room = textLimit - Buffer.byteLength(note);
  let bytes = 0;
  const kept: string[] = [];
  for (const part of text.split('\n')) {
    bytes += Buffer.byteLength(part) + 1;
    if (bytes > room) break;
    kept.push(part);
  }
  return kept.join('\n') + note;
}
