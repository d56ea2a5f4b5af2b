import { link, page } from './pages.ts';
import type { Answer, ApiState } from './state.ts';

export const notFound: Answer = { status: 404, body: { message: 'Not Found' } };

export async function readContents(state: ApiState, name: string, path: string, ref: string): Promise<Answer> {
  const content = await state.forge.read(name, ref, path);
  return content === undefined ? notFound : { status: 200, body: content.toString() };
}

export async function compare(state: ApiState, name: string, base: string, head: string): Promise<Answer> {
  const sha = await state.forge.mergeBase(name, base, head);
  if (sha === undefined) return notFound;
  return { status: 200, body: { status: 'diverged', merge_base_commit: { sha }, commits: [], files: [] } };
}

export function listRuns(state: ApiState, name: string, ref: string, query: URLSearchParams): Answer {
  const all = [...state.checkRuns.runs.values()].filter(
    (run) =>
      run.repository === name &&
      run.head_sha === ref &&
      (query.get('check_name') === null || run.name === query.get('check_name')),
  );
  all.reverse();
  const found = query.get('filter') === 'all' ? all : all.slice(0, 1);
  return {
    status: 200,
    body: { total_count: found.length, check_runs: page(found, query).map((run) => state.checkRuns.show(run)) },
    headers: link(state.url, found.length, query, `/repos/${name}/commits/${ref}/check-runs`),
  };
}

export function listAnnotations(state: ApiState, id: number, query: URLSearchParams): Answer {
  const run = state.checkRuns.runs.get(id);
  if (run === undefined) return notFound;
  return {
    status: 200,
    body: page(run.annotations, query),
    headers: link(state.url, run.annotations.length, query, `/repos/${run.repository}/check-runs/${id}/annotations`),
  };
}
