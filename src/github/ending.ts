import { randomBytes } from 'node:crypto';
import { PlimsollError } from '../errors.ts';
import { Cancelled } from '../jobs.ts';
import { code, cut, line, prose } from '../report/escape.ts';
import { statusOf } from './access.ts';
import type { Ending } from './publish.ts';

/** GitHub cuts longer titles in its lists. */
const titleLimit = 200;

/** How a check run ends whose review did not. `bug` is the id under which the log has the error, when it is one. */
export function endingOf(error: unknown): { ending: Ending; bug?: string } {
  if (error instanceof Cancelled) {
    return {
      ending: {
        conclusion: 'cancelled',
        title: 'Not finished',
        summary: prose(error.message),
        annotations: [],
      },
    };
  }
  const problem = problemOf(error);
  if (problem !== undefined) return { ending: problemEnding(problem) };
  const bug = randomBytes(6).toString('hex');
  return {
    bug,
    ending: {
      conclusion: 'failure',
      title: 'Not judged: Plimsoll itself failed',
      summary: [
        `Nothing was judged: Plimsoll met an error of its own, noted in its log as \`${bug}\`.`,
        '',
        '**Next:** run the check again. If it fails once more, hand the id to whoever operates Plimsoll.',
      ].join('\n'),
      annotations: [],
    },
  };
}

/** What a person can mend about the error; undefined for a bug. */
function problemOf(error: unknown): PlimsollError | undefined {
  if (error instanceof PlimsollError) return error;
  const status = statusOf(error);
  if (status === undefined) return undefined;
  return new PlimsollError(
    'github-failed',
    `GitHub answered a request of this review with status ${status}, or not at all.`,
    status === 403 || status === 404
      ? 'Check that the App is installed on this repository with the permissions in app.yml, then run the check again.'
      : 'Run the check again; see https://www.githubstatus.com when it keeps failing.',
    { cause: error },
  );
}

function problemEnding(problem: PlimsollError): Ending {
  return {
    conclusion: 'failure',
    title: cut(line(`Not judged: ${problem.message}`), titleLimit),
    summary: [
      `Nothing was judged: ${prose(problem.message)}`,
      '',
      `**Next:** ${prose(problem.hint)}`,
      '',
      `Problem ${code(problem.code)}${problem.file === undefined ? '' : ` in ${code(problem.file)}`}.`,
    ].join('\n'),
    annotations:
      problem.file === undefined
        ? []
        : [
            {
              path: problem.file,
              start_line: problem.line ?? 1,
              end_line: problem.line ?? 1,
              annotation_level: 'failure',
              title: line(`Not judged: ${problem.code}`),
              message: `${line(problem.message, 2000)}\nNext: ${line(problem.hint, 2000)}`,
            },
          ],
  };
}
