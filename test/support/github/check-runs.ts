import type { CheckAction, CheckAnnotation } from '../../../src/report/check-run.ts';

/** A check run as it stands on GitHub. */
export interface StoredCheckRun {
  id: number;
  repository: string;
  name: string;
  head_sha: string;
  external_id: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  text: string;
  annotations: CheckAnnotation[];
  actions?: CheckAction[];
  /** How often it was completed. */
  completions: number;
}

/** What emulate answers about a check run. */
interface EmulatedRun {
  id: number;
  name: string;
  head_sha: string;
  external_id: string;
  status: string;
  conclusion: string | null;
}

interface WrittenOutput {
  title?: string;
  summary?: string;
  text?: string;
  annotations?: CheckAnnotation[];
}

interface WrittenRun {
  status?: string;
  output?: WrittenOutput;
  actions?: CheckAction[];
}

/**
 * Where emulate differs from GitHub: annotations are appended by every request (emulate replaces them, and forgets their
 * titles), and the App that made a run is named.
 */
export interface CheckRuns {
  runs: Map<number, StoredCheckRun>;
  /** Takes a create's or update's answer in, and returns it as GitHub would give it. */
  written(repository: string, answer: EmulatedRun, body: WrittenRun): object;
  show(run: StoredCheckRun): object;
}

export function createCheckRuns(app: { id: number; slug: string }): CheckRuns {
  const runs = new Map<number, StoredCheckRun>();

  function show(run: StoredCheckRun): object {
    const { id, name, head_sha, external_id, status, conclusion, title, summary, text, annotations, repository } = run;
    return {
      id,
      name,
      head_sha,
      external_id,
      status,
      conclusion,
      app,
      output: { title, summary, text, annotations_count: annotations.length },
      pull_requests: [],
      url: `/repos/${repository}/check-runs/${run.id}`,
    };
  }

  return {
    runs,
    show,
    written(repository, answer, { status, output = {}, actions }) {
      const { id, name, head_sha, external_id, conclusion } = answer;
      const former = runs.get(id);
      const run: StoredCheckRun = {
        id,
        repository,
        name,
        head_sha,
        external_id,
        status: answer.status,
        conclusion,
        title: output.title ?? former?.title ?? '',
        summary: output.summary ?? former?.summary ?? '',
        text: output.text ?? former?.text ?? '',
        annotations: [...(former?.annotations ?? []), ...(output.annotations ?? [])],
        ...(actions === undefined ? {} : { actions }),
        completions: (former?.completions ?? 0) + (status === 'completed' ? 1 : 0),
      };
      runs.set(id, run);
      return show(run);
    },
  };
}
