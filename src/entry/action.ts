/** A step of GitHub Actions: the App's review by the job's token, for where no App can be installed. */
import { randomUUID } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { readActionEvent } from '../github/action-event.ts';
import { createActionHost, type ActionHost } from '../github/action-host.ts';
import type { ReviewJob } from '../github/job.ts';
import type { Patience } from '../github/octokit.ts';
import { statusOf } from '../github/status.ts';
import type { Report } from '../model.ts';
import { openSandbox } from '../render/open-sandbox.ts';
import { countsOf } from '../report/counts.ts';
import { commandData, line, prose } from '../report/escape.ts';
import { toMarkdown } from '../report/markdown.ts';
import { toSarif } from '../report/sarif.ts';
import { checkRunTitle } from '../report/title.ts';
import { toWorkflowCommands } from '../report/workflow-commands.ts';
import { checkIndex } from './checks.ts';
import { exitCode, exitCodes } from './cli.ts';
import { scan } from './scan.ts';
import { createReview } from './wiring.ts';

/** GitHub takes a MiB of summary a step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const summaryLimit = 1_000_000;

export interface ActionEffects {
  /** The environment of the step. */
  env: Readonly<Record<string, string | undefined>>;
  /** Standard output, which the runner reads commands from. */
  write: (text: string) => void;
  version: string;
  patience?: Patience;
  signal?: AbortSignal;
}

/**
 * Reviews what the workflow's event brings, as the App would; an event with nothing to compare gets an overview, which never
 * fails for findings. Writes annotations, the job's summary, outputs, and SARIF where asked for.
 *
 * @returns the step's exit code
 */
export async function action(effects: ActionEffects): Promise<number> {
  const { env, write } = effects;
  try {
    const repository = wanted(env, 'GITHUB_REPOSITORY');
    const event = readActionEvent(wanted(env, 'GITHUB_EVENT_NAME'), await payloadOf(env), repository);
    if (event.kind === 'scan') return await finish(await overview(env), undefined, undefined, effects);
    const token = wanted(env, 'INPUT_TOKEN');
    const host = createActionHost(token, wanted(env, 'GITHUB_API_URL'), effects.patience);
    return await reviewed(event.job, host, effects);
  } catch (error) {
    const { code, message, hint } = problemOf(error);
    write(`::error title=Not judged::${commandData(`${message} Next: ${hint}`)}\n`);
    await summarize(env, `## Not judged: ${prose(message)}\n\n**Next:** ${prose(hint)}\n`);
    return code.startsWith('usage') ? exitCodes.usage : exitCodes.notJudged;
  }
}

/** What whoever wrote the workflow can mend. Anything else is a bug, and thrown. */
function problemOf(error: unknown): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const status = statusOf(error);
  if (status === undefined) throw error;
  return new PlimsollError(
    'github-failed',
    `GitHub answered a request of this review with status ${status}, or not at all.`,
    'Give the job the permission contents: read; a commit that is gone after a force push cannot be compared with.',
    { cause: error },
  );
}

async function reviewed(job: ReviewJob, host: ActionHost, effects: ActionEffects): Promise<number> {
  const { env } = effects;
  const sandbox = await openSandbox(sandboxMode(env), { env });
  const cacheFolder = join(env.RUNNER_TEMP ?? tmpdir(), 'plimsoll');
  const access = host.access(job);
  const signal = effects.signal ?? new AbortController().signal;
  const outcome = await createReview({ sandbox, cacheFolder })(job, access, signal);
  if (outcome.kind !== 'report')
    throw new PlimsollError('not-judged', 'The base is gone: nothing was judged.', 'Run the job again.');
  const note =
    env.INPUT_COMMENTS === 'true' && outcome.comments !== undefined ? await host.comment(job, outcome) : undefined;
  return finish(outcome.report, access.blobUrl, note, effects);
}

/** Everything there is. What stands there already is no reason to fail. */
function overview(env: ActionEffects['env']): Promise<Report> {
  const sandbox = sandboxMode(env);
  return scan([env.GITHUB_WORKSPACE ?? '.'], { format: 'markdown', failOn: 'none', sandbox });
}

async function finish(
  report: Report,
  blobUrl: string | undefined,
  note: string | undefined,
  { env, write, version }: ActionEffects,
): Promise<number> {
  const checks = await checkIndex();
  const notRendered = report.notices.find(({ code }) => code === 'sandbox-unavailable');
  // An overview would annotate every line of an old repository.
  if (report.base !== undefined || report.problems.length > 0)
    write(toWorkflowCommands(report.base === undefined ? { ...report, findings: [] } : report, checks));
  if (notRendered !== undefined) write(`::error title=Plimsoll::${commandData(notRendered.message)}\n`);
  if (note !== undefined) write(`::notice title=Plimsoll::${commandData(note)}\n`);
  write(`Plimsoll: ${notRendered === undefined ? line(checkRunTitle(report), 300) : 'not judged'}\n`);
  await summarize(
    env,
    notRendered === undefined
      ? toMarkdown(report, { checks, ...(blobUrl === undefined ? {} : { blobUrl }) }, summaryLimit)
      : `## Not judged\n\n${prose(notRendered.message)}\n`,
  );
  const sarif = env.INPUT_SARIF_FILE ?? '';
  if (sarif !== '') await writeFile(join(env.GITHUB_WORKSPACE ?? '.', sarif), toSarif(report, { version, checks }));
  await writeOutputs(env, report, sarif);
  if (notRendered !== undefined) return exitCodes.notJudged;
  return exitCode(report);
}

async function summarize({ GITHUB_STEP_SUMMARY: file }: ActionEffects['env'], text: string): Promise<void> {
  if (file !== undefined) await appendFile(file, text);
}

async function writeOutputs(env: ActionEffects['env'], report: Report, sarif: string): Promise<void> {
  if (env.GITHUB_OUTPUT === undefined) return;
  const { introduced, fixed, notJudged } = countsOf(report);
  const outputs = {
    conclusion: report.conclusion,
    introduced: Object.values(introduced).reduce((sum, count) => sum + count, 0),
    fixed,
    'not-judged': notJudged,
    'sarif-file': sarif,
  };
  const lines = Object.entries(outputs).map(([name, value]) => {
    // A value may not end the value: the delimiter is one that nobody can know.
    const delimiter = randomUUID();
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
  });
  await appendFile(env.GITHUB_OUTPUT, lines.join(''));
}

async function payloadOf(env: ActionEffects['env']): Promise<unknown> {
  const file = wanted(env, 'GITHUB_EVENT_PATH');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new PlimsollError('usage-event', `The event in ${file} cannot be read.`, 'Run this in a workflow.', {
      cause: error,
    });
  }
}

function sandboxMode(env: ActionEffects['env']): 'require' | 'auto' | 'off' {
  const asked = env.INPUT_SANDBOX ?? '';
  if (asked === '' || asked === 'auto') return 'auto';
  if (asked === 'require' || asked === 'off') return asked;
  throw new PlimsollError('usage-input', `The input sandbox is "${line(asked)}".`, 'Allowed: require, auto, off.');
}

function wanted(env: ActionEffects['env'], name: string): string {
  const value = env[name] ?? '';
  if (value !== '') return value;
  throw new PlimsollError(
    'usage-environment',
    `${name} is not set.`,
    name.startsWith('INPUT_') ? 'Set the input of the step.' : 'Run this as a step of GitHub Actions.',
  );
}
