/**
 * The main job on real input: a GitHub on loopback, the examples' repository and pull requests, signed webhooks, and the App as
 * production runs it. Prints the check runs as a person sees them. With `--once` it ends, with 0 when all is as expected. With
 * `--pull-story` it tells instead what becomes of one pull request through five pushes.
 */
import process from 'node:process';
import { parseArgs, stripVTControlCharacters, styleText } from 'node:util';
import { serve } from '../../src/entry/server.ts';
import { defaultPatience } from '../../src/github/octokit.ts';
import { differences, examplePulls, exampleRepository, lineOf, type ExamplePull } from './examples.ts';
import { startGitHub, type StoredCheckRun } from './github/github.ts';
import { freePort, startApp } from './github/start-app.ts';
import { tellStory } from './story.ts';

/** Milliseconds after which the demo counts as failed. */
const patience = 180_000;
const repository = 'acme/gitops';

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, 'pull-story': { type: 'boolean', default: false } },
});
const deadline = setTimeout(() => {
  console.error(`The demo did not end within ${patience / 1000} seconds.`);
  process.exit(1);
}, patience);
process.exitCode = values['pull-story'] ? await story() : await demo(values.once);

/** One pull request through five pushes, then the end. */
async function story(): Promise<number> {
  const github = await startGitHub({ grant: { contents: 'write' } });
  const app = await startApp(github, { patience: { ...defaultPatience, throttle: false } });
  say(await tellStory(github, app));
  await app.stop();
  await github.close();
  clearTimeout(deadline);
  return 0;
}

async function demo(once: boolean): Promise<number> {
  const started = performance.now();
  const github = await startGitHub();
  await github.createRepository(repository, { folder: exampleRepository });
  // Not the whole environment: an operator's own App must not be mixed with this one.
  const { PATH, PLIMSOLL_HELM, PLIMSOLL_KUSTOMIZE, PLIMSOLL_SANDBOX } = process.env;
  const own = { PATH, PLIMSOLL_HELM, PLIMSOLL_KUSTOMIZE, PLIMSOLL_SANDBOX };
  const env = { ...own, ...github.env, LOG_LEVEL: 'warn', PORT: String(await freePort()) };
  const app = await serve({ env, patience: { ...defaultPatience, throttle: false }, place: { memory: true } });
  github.webhookUrl = `${app.url}/api/github/webhooks`;
  say(`GitHub on loopback: ${github.url}    Plimsoll: ${app.url}    repository: ${repository}\n`);

  const opened = [];
  for (const example of examplePulls()) {
    const pull = await github.openPull(repository, {
      title: example.title,
      branch: example.name,
      folder: example.folder,
    });
    const { status } = await github.announce(repository, pull, 'opened');
    if (status !== 202) throw new Error(`The webhook of "${example.title}" was answered with ${status}.`);
    opened.push({ example, pull });
  }
  await app.queue?.idle();

  let wrong = 0;
  for (const { example, pull } of opened) {
    const [run] = github.checkRuns(repository, pull.head.sha);
    show(example, pull.number, run);
    for (const difference of differences(example, run)) {
      wrong += 1;
      say(bold('red', `  NOT AS EXPECTED: ${difference}`));
    }
  }
  const violations = github.violations.splice(0);
  for (const violation of violations) say(bold('red', `GitHub would refuse: ${violation}`));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const good = wrong + violations.length === 0;
  say(
    `\n${opened.length} pull requests reviewed in ${seconds} s by ${github.requests.length} API requests, each valid by GitHub's own description${good ? '; all as expected.' : `; ${wrong} things not as expected, ${violations.length} invalid requests.`}`,
  );
  clearTimeout(deadline);
  if (once) {
    await app.stop();
    await github.close();
    return good ? 0 : 1;
  }
  say(`\nStill running: ${app.url}/readyz    Ctrl-C ends it.`);
  return good ? 0 : 1;
}

function show(example: ExamplePull, number: number, run: StoredCheckRun | undefined): void {
  say(bold('cyan', `\n━━ #${number} ${example.title} ━━`));
  if (run === undefined) {
    say('   no check run');
    return;
  }
  const colour = run.conclusion === 'success' ? 'green' : run.conclusion === 'failure' ? 'red' : 'yellow';
  say(bold(colour, `${run.name}: ${run.conclusion ?? run.status}`) + `  ${run.title}\n`);
  say(indent(run.summary, '  │ '));
  if (run.text !== '') say(indent(run.text, '  │ '));
  for (const { path, start_line: line, annotation_level: level, title, message } of run.annotations) {
    say(bold(level === 'failure' ? 'red' : 'yellow', `\n  ${path}:${line}`) + `  ${level}: ${title}`);
    say(`  ${String(line).padStart(4)} │ ${lineOf(example, path, line) ?? '(no such line)'}`);
    say(indent(message, '       '));
  }
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}

function bold(colour: 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
  return styleText(['bold', colour], text);
}

function say(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`);
}
