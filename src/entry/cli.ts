/** The command line: reads arguments, wires the pipeline, prints, and turns the report into an exit code. */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Check } from '../check.ts';
import { PlimsollError } from '../errors.ts';
import { severities, type Report, type Severity } from '../model.ts';
import type { AskedAhead } from './begin.ts';
import type { Fixing } from './fix.ts';

/** Exit codes: 0 nothing at or over fail-on; 1 findings; 2 wrong usage or settings; 3 something could not be judged. */
export const exitCodes = { clean: 0, findings: 1, usage: 2, notJudged: 3 } as const;

const usage = `Usage:
  plimsoll scan [PATH...]      judge every unit below PATH (default .), as it is in the working tree
  plimsoll diff BASE [HEAD]    judge what HEAD (default: the working tree) introduces over BASE
  plimsoll checks [ID...]      list the checks, or show some
  plimsoll config [PATH]       validate the settings and print the effective ones
  plimsoll serve               run the GitHub App
  plimsoll worker              do the reviews of an App that shares its DATABASE_URL
  plimsoll renderer            render for an App in another container, which has no network and no secrets
  plimsoll jobs [retry ID…]    the queue, and what was given up; retry it (all: everything)
  plimsoll db move             copy the embedded database into the PostgreSQL of DATABASE_URL
  plimsoll action              review as a step of GitHub Actions

Options:
  --format FORMAT              text, json, sarif, junit, markdown or github (workflow commands);
                               default text
  --output FILE                write there instead of standard output
  --fail-on SEVERITY           none, info, low, medium, high or critical (default: the settings, else high)
  --from TOOL:ID,...           of checks: those that another tool's ids mean (checkov:CKV_K8S_16)
  --checks all|ID,...          which checks run; all includes those that are off by default
  --config FILE                settings file (default .github/plimsoll.yml)
  --extends FILE               a copy of the organisation's settings, which the settings inherit from
  --kube-version X.Y           target Kubernetes version
  --report introduced|all      list existing findings one by one too
  --sandbox auto|require|off   how to isolate rendering (default auto)
  --suggest                    try fixes of all findings of a scan, and report those that hold (diff always does)
  --fix                        change the files as suggested, after asking; scan, or diff with the working tree
  --fix-risky                  the same with fixes that may break a running workload
  --yes                        do not ask
  --help, --version
`;

const options = {
  format: { type: 'string' },
  output: { type: 'string' },
  'fail-on': { type: 'string' },
  checks: { type: 'string' },
  from: { type: 'string', multiple: true },
  config: { type: 'string' },
  extends: { type: 'string' },
  'kube-version': { type: 'string' },
  report: { type: 'string' },
  sandbox: { type: 'string' },
  suggest: { type: 'boolean' },
  fix: { type: 'boolean' },
  'fix-risky': { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const formats = ['text', 'json', 'sarif', 'junit', 'markdown', 'github'] as const;
type Format = (typeof formats)[number];

/** The options all commands share, validated. */
export interface CliOptions {
  format: Format;
  output?: string;
  failOn?: Severity | 'none';
  checks?: string;
  /** Ids of other tools. */
  from?: readonly string[];
  config?: string;
  extends?: string;
  kubeVersion?: string;
  report?: 'introduced' | 'all';
  sandbox: 'auto' | 'require' | 'off';
  /** Whether a scan tries fixes. */
  suggest?: boolean;
  /** Whether the files are changed as suggested. */
  fix?: { risky: boolean; yes: boolean };
}

/**
 * Runs the command line and gives its exit code. Never throws for what a user can mend.
 * @param asked a `diff` that git was asked about already; it is used when it is the one that is meant
 */
export async function main(argv: readonly string[], asked?: AskedAhead): Promise<number> {
  try {
    const parsed = parse(argv);
    if (parsed.version) return await print(`${await version()}\n`, undefined);
    const [command, ...operands] = parsed.operands;
    if (parsed.help || command === undefined) {
      (parsed.help ? standardOutput() : process.stderr).write(usage);
      return parsed.help ? exitCodes.clean : exitCodes.usage;
    }
    return await run(command, operands, parsed.options, asked);
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    const where = error.file === undefined ? '' : `${error.file}${error.line === undefined ? '' : `:${error.line}`}: `;
    process.stderr.write(`plimsoll: ${where}${error.message}\n  ${error.hint}\n`);
    const mistyped = error.code === 'commit-missing' || /^(usage|settings)/.test(error.code);
    return mistyped ? exitCodes.usage : exitCodes.notJudged;
  }
}

async function run(command: string, operands: string[], given: CliOptions, asked?: AskedAhead): Promise<number> {
  switch (command) {
    case 'scan': {
      const { scan } = await import('./scan.ts');
      const paths = operands.length === 0 ? ['.'] : operands;
      return finish(await fixing((fixes) => scan(paths, given, fixes), given), given);
    }
    case 'diff': {
      const [base, head, ...rest] = operands;
      if (base === undefined || rest.length > 0) throw usageError('diff needs BASE, and at most one HEAD.');
      if (given.fix !== undefined && head !== undefined)
        throw usageError('--fix changes the working tree, so diff takes no HEAD with it.');
      const begun = await (asked?.base === base && asked.head === head
        ? asked.begun
        : (await import('./begin.ts')).begin(base, head));
      const { diff } = await import('./scan.ts');
      return finish(await fixing((fixes) => diff(begun, given, fixes), given), given);
    }
    case 'checks': {
      const { listChecks } = await import('./checks.ts');
      return print(await listChecks(operands, given.from ?? [], given.format), given.output);
    }
    case 'config': {
      const { showConfig } = await import('./show-config.ts');
      const shown = await showConfig(operands[0] ?? '.', given);
      await print(shown.text, given.output);
      return shown.valid ? exitCodes.clean : exitCodes.usage;
    }
    case 'serve': {
      const { serve } = await import('./server.ts');
      await serve();
      return exitCodes.clean;
    }
    case 'worker': {
      const { startWorker } = await import('./worker.ts');
      await startWorker();
      return exitCodes.clean;
    }
    case 'renderer': {
      const { startRenderer } = await import('./renderer.ts');
      await startRenderer();
      return exitCodes.clean;
    }
    case 'jobs': {
      const { jobs } = await import('./jobs.ts');
      return print(await jobs(operands, given.format === 'json'), given.output);
    }
    case 'db': {
      const { db } = await import('./db.ts');
      return print(await db(operands, process.env), given.output);
    }
    case 'action': {
      const { action } = await import('./action.ts');
      return action({ env: process.env, write: (text) => standardOutput().write(text), version: await version() });
    }
    default:
      throw usageError(`There is no command "${command}".`);
  }
}

/** Judges, and with `--fix` changes the files and judges again. What was done is said beside the report. */
async function fixing(run: (fixes?: Fixing) => Promise<Report>, given: CliOptions): Promise<Report> {
  if (given.fix === undefined) return run();
  const { withFixes } = await import('./fix.ts');
  const plain = given.format === 'text' && given.output === undefined;
  return withFixes(run, given.fix, (text) => (plain ? standardOutput() : process.stderr).write(text));
}

async function finish(report: Report, given: CliOptions): Promise<number> {
  await print(await written(report, given), given.output);
  return exitCode(report);
}

async function written(report: Report, given: CliOptions): Promise<string> {
  const checkIndex = async (): Promise<ReadonlyMap<string, Check>> => (await import('./checks.ts')).checkIndex();
  switch (given.format) {
    case 'json':
      return (await import('../report/json.ts')).toJson(report, await version());
    case 'sarif':
      return (await import('../report/sarif.ts')).toSarif(report, {
        version: await version(),
        checks: await checkIndex(),
      });
    case 'junit':
      return (await import('../report/junit.ts')).toJunit(report);
    case 'markdown':
      return (await import('../report/markdown.ts')).toMarkdown(report, { checks: await checkIndex() });
    case 'github':
      return (await import('../report/workflow-commands.ts')).toWorkflowCommands(report, await checkIndex());
    case 'text': {
      const colour = given.output === undefined && process.stdout.isTTY && process.env.NO_COLOR === undefined;
      const { toText } = await import('../report/text.ts');
      return toText(report, { colour, all: given.report === 'all', checks: await checkIndex() });
    }
  }
}

/** What a report means to a calling program. Settings come first: with wrong settings nothing else is certain. */
export function exitCode(report: Report): number {
  if (report.problems.some((problem) => problem.code.startsWith('settings'))) return exitCodes.usage;
  // What only the base has wrong does not keep the head from being judged: this change may be the cure.
  if (report.problems.some((problem) => problem.side !== 'base')) return exitCodes.notJudged;
  return report.conclusion === 'failure' ? exitCodes.findings : exitCodes.clean;
}

function parse(argv: readonly string[]): { operands: string[]; options: CliOptions; help: boolean; version: boolean } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const one = <Choice extends string>(
    name: string,
    value: string | undefined,
    choices: readonly Choice[],
  ): Choice | undefined => {
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw usageError(`--${name} takes ${choices.join(', ')}; not "${value}".`);
    return found;
  };
  const kubeVersion = values['kube-version'];
  if (kubeVersion !== undefined && !/^1\.\d{1,2}(\.\d{1,3})?$/.test(kubeVersion))
    throw usageError(`--kube-version looks like 1.35; not "${kubeVersion}".`);
  const failOn = one('fail-on', values['fail-on'], ['none', ...severities]);
  const report = one('report', values.report, ['introduced', 'all']);
  return {
    operands: positionals,
    help: values.help ?? false,
    version: values.version ?? false,
    options: {
      format: one('format', values.format, formats) ?? 'text',
      sandbox: one('sandbox', values.sandbox, ['auto', 'require', 'off']) ?? 'auto',
      ...(values.output === undefined ? {} : { output: values.output }),
      ...(failOn === undefined ? {} : { failOn }),
      ...(values.checks === undefined ? {} : { checks: values.checks }),
      ...(values.from === undefined ? {} : { from: values.from }),
      ...(values.config === undefined ? {} : { config: values.config }),
      ...(values.extends === undefined ? {} : { extends: values.extends }),
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
      ...(report === undefined ? {} : { report }),
      ...(values.suggest === undefined ? {} : { suggest: values.suggest }),
      ...(values.fix === true || values['fix-risky'] === true
        ? { fix: { risky: values['fix-risky'] ?? false, yes: values.yes ?? false } }
        : {}),
    },
  };
}

function usageError(message: string): PlimsollError {
  return new PlimsollError('usage', message, 'plimsoll --help shows what there is.');
}

async function print(text: string, output: string | undefined): Promise<number> {
  if (output === undefined) await new Promise<void>((done) => standardOutput().write(text, () => done()));
  else await writeFile(output, text);
  return exitCodes.clean;
}

/** Standard output. Whoever reads it may stop early, as `head` does: that is no failure, and the exit code stays what was found. */
function standardOutput(): NodeJS.WriteStream {
  if (process.stdout.listenerCount('error', raiseUnlessUnread) === 0) process.stdout.on('error', raiseUnlessUnread);
  return process.stdout;
}

function raiseUnlessUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function version(): Promise<string> {
  const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
    default: { version: string };
  };
  return manifest.version;
}
