import { PlimsollError } from '../errors.ts';
import type { Finding } from '../model.ts';
import { code, fence, line, prose } from '../report/escape.ts';
import { plural } from '../report/summarize.ts';
import { settingsFileAt, statusOf } from './access.ts';
import { mayWriteContents } from './actions.ts';
import type { Command } from './command.ts';
import { commitFiles } from './commit-files.ts';
import { unknownCheck } from './explain.ts';
import { keyOf, type CommandContext } from './perform-command.ts';
import { tipOf } from './resolve.ts';
import { addWaivers, waiversYaml, type WaiverEntry } from './waiver-entry.ts';

type Waive = Extract<Command, { name: 'waive' }>;

/**
 * Opens a pull request that adds waivers for a check's findings to the settings. Nothing is waived by it: waivers hold from
 * when they are on the base. What is said about it.
 */
export async function waive(context: CommandContext, asked: Waive): Promise<string> {
  const { app, command, job, access, effects, signal } = context;
  const checks = await effects.checks();
  if (!checks.has(asked.check)) return unknownCheck(asked.check, checks);
  const outcome = await effects.review(job, access, signal);
  signal.throwIfAborted();
  const findings = outcome.kind === 'report' ? outcome.report.findings : [];
  const entries = entriesFor(findings, asked, command.author);
  if (entries.length === 0)
    return `This pull request introduces no finding of ${code(asked.check)} that is not waived already.`;
  if (!(await mayWriteContents(app, command)))
    return [
      'I am not allowed to write contents here (an administrator can grant `contents: write` to the App). Add this to `.github/plimsoll.yml` on the base; it holds from when it is merged:',
      fence(waiversYaml(entries), 'yaml'),
    ].join('\n\n');
  const url = await propose(context, asked, entries);
  return `${url} accepts ${plural(entries.length, 'finding')} of ${code(asked.check)}. Until it is merged nothing is waived; after that, ask for \`/plimsoll rerun\` here.`;
}

/** One entry for each object; what a name could turn into a pattern is left out. */
function entriesFor(findings: readonly Finding[], { check, reason, until }: Waive, author: string): WaiverEntry[] {
  const literal = /^[\w.:/@ -]+$/;
  const entries = new Map<string, WaiverEntry>();
  for (const { check: id, status, waiver, resource, location } of findings) {
    if (id !== check || status !== 'introduced' || waiver !== undefined) continue;
    const { kind, namespace, name } = resource;
    const object = [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
    if (name === '' || !literal.test(object) || !literal.test(location.file)) continue;
    const path = location.file;
    const entry = { check, resource: object, path, reason, owner: author, ...(until === undefined ? {} : { until }) };
    entries.set(`${object} ${path}`, entry);
  }
  return [...entries.values()];
}

/** The pull request's address. Each step finds what an earlier try has done. */
async function propose(
  { octokit, command, job, access }: CommandContext,
  { check, reason }: Waive,
  entries: readonly WaiverEntry[],
): Promise<string> {
  const { owner, repo, author, pull } = command;
  const branch = `plimsoll/waive-${check}-${keyOf(command)}`;
  if ((await tipOf(octokit, command, branch)) === undefined) {
    const settings = await settingsFileAt(access, job.baseSha);
    if (settings === undefined) throw noSettings();
    const files = new Map([[settings.file, addWaivers(settings.text, settings.file, entries)]]);
    const message = `chore: waive ${check}\n\n${line(reason, 500)}\n\nAsked for by ${line(author)} in #${pull}.`;
    const sha = await commitFiles(octokit, { owner, repo }, { parent: job.baseSha, message, files });
    try {
      await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
    } catch (error) {
      // The answer to an earlier try was lost.
      if (statusOf(error) !== 422 || (await tipOf(octokit, command, branch)) === undefined) throw error;
    }
  }
  const opened = async (): Promise<string | undefined> => {
    const { data } = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:${branch}`, state: 'open' });
    return data[0]?.html_url;
  };
  const standing = await opened();
  if (standing !== undefined) return standing;
  const body = [
    `Asked for by ${code(author)} in #${pull}. From when this is merged, ${plural(entries.length, 'finding')} of ${code(check)} no longer count:`,
    entries.map(({ resource, path }) => `- ${code(resource)} in ${code(path, 200)}`).join('\n'),
    `Reason: ${prose(reason)}`,
  ].join('\n\n');
  try {
    const title = `Waive ${check} for ${plural(entries.length, 'object')}`;
    const { data } = await octokit.rest.pulls.create({ owner, repo, title, head: branch, base: job.baseRef, body });
    return data.html_url;
  } catch (error) {
    const made = statusOf(error) === 422 ? await opened() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

function noSettings(): PlimsollError {
  return new PlimsollError(
    'settings-missing',
    'The base has no settings file any more.',
    'Add .github/plimsoll.yml, then ask again.',
  );
}
