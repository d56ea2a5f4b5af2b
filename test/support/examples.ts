import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { StoredCheckRun } from './github/github.ts';

const examples = join(import.meta.dirname, '../../examples');

/** The repository the examples' pull requests go to. */
export const exampleRepository = join(examples, 'repository');

const schema = z.strictObject({
  title: z.string(),
  conclusion: z.enum(['success', 'failure', 'neutral', 'action_required']),
  /** What must be annotated: a check, below a folder or at a file, on the line that reads so. */
  annotations: z.array(z.strictObject({ check: z.string(), file: z.string(), line: z.string().optional() })),
  /** How many findings it fixes. */
  fixed: z.number().optional(),
  /** What could not be judged is reported with this word. */
  problem: z.string().optional(),
});

/** A pull request of the examples, and what must come of it. */
export type ExamplePull = z.infer<typeof schema> & { name: string; folder: string };

export function examplePulls(): ExamplePull[] {
  return readdirSync(join(examples, 'pulls'))
    .sort()
    .map((name) => ({
      name,
      folder: join(examples, 'pulls', name, 'files'),
      ...schema.parse(parse(readFileSync(join(examples, 'pulls', name, 'pull.yml'), 'utf8'))),
    }));
}

/** The text of a line of the pull request's head; undefined when the file or the line does not exist. */
export function lineOf(pull: ExamplePull, file: string, line: number): string | undefined {
  const path = [join(pull.folder, file), join(exampleRepository, file)].find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : readFileSync(path, 'utf8').split('\n')[line - 1];
}

/** In what the check run differs from what the pull request must get; empty when in nothing. */
export function differences(pull: ExamplePull, run: StoredCheckRun | undefined): string[] {
  if (run === undefined) return ['has no check run'];
  const found: string[] = [];
  if (run.status !== 'completed' || run.completions !== 1) found.push(`is ${run.status}, not completed once`);
  if (run.conclusion !== pull.conclusion)
    found.push(`concluded ${run.conclusion ?? 'nothing'}, not ${pull.conclusion}`);
  for (const { check, file, line } of pull.annotations) {
    const there = run.annotations.some(
      (annotation) =>
        annotation.raw_details?.includes(`check: ${check} `) === true &&
        annotation.path.startsWith(file) &&
        (line === undefined || lineOf(pull, annotation.path, annotation.start_line)?.trim() === line),
    );
    if (!there) found.push(`has no annotation of ${check} at ${file}${line === undefined ? '' : `, on "${line}"`}`);
  }
  for (const { path, start_line: line } of run.annotations) {
    if (lineOf(pull, path, line) === undefined) found.push(`has an annotation on ${path}:${line}, which is no line`);
  }
  if (pull.fixed !== undefined && !run.title.includes(`${pull.fixed} fixed`))
    found.push(`does not say "${pull.fixed} fixed" in its title`);
  if (pull.problem !== undefined && !`${run.title}\n${run.summary}`.toLowerCase().includes(pull.problem))
    found.push(`does not mention ${pull.problem}`);
  return found;
}
