import { z } from 'zod';
import { PlimsollError } from '../errors.ts';
import { readCommand, type Command } from './command.ts';
import { jobKey, type Job, type ReviewJob } from './job.ts';
import { groupSides, mergeGroup, sha } from './merge-group.ts';

/** What a webhook asks for. */
export type Wish =
  { kind: 'do'; job: Job } | { kind: 'cancel'; key: string; reason: string } | { kind: 'nothing'; why: string };

/** Our check run's name, shown on the pull request and named in branch protection. */
export const checkRunName = 'Plimsoll';

const common = {
  installation: z.object({ id: z.number().int() }),
  repository: z.object({
    name: z.string().min(1),
    default_branch: z.string().optional(),
    owner: z.object({ login: z.string().min(1) }),
  }),
};
const side = z.object({ sha, ref: z.string() });
const pullReference = z.object({ number: z.number().int(), base: side, head: side });

const pullRequest = z.object({
  ...common,
  changes: z.object({ base: z.unknown().optional() }).optional(),
  pull_request: z.object({
    number: z.number().int(),
    title: z.string(),
    draft: z.boolean().optional(),
    changed_files: z.number().int().optional(),
    base: side.extend({ repo: z.object({ full_name: z.string() }) }),
    // The head's repository is null when the fork was deleted.
    head: side.extend({ repo: z.object({ full_name: z.string() }).nullable() }),
  }),
});
const mergeGroupEvent = z.object({ ...common, merge_group: mergeGroup });
const checkRun = z.object({
  ...common,
  check_run: z.object({
    name: z.string(),
    head_sha: sha,
    external_id: z.string().nullish(),
    pull_requests: z.array(pullReference).default([]),
  }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  sender: z.object({ login: z.string() }).optional(),
});
const issueComment = z.object({
  ...common,
  issue: z.object({ number: z.number().int(), state: z.string(), pull_request: z.unknown().optional() }),
  comment: z.object({
    id: z.number().int(),
    body: z.string().nullish(),
    // Null for an account that is gone.
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
});
const checkSuite = z.object({
  ...common,
  check_suite: z.object({ head_sha: sha, pull_requests: z.array(pullReference).default([]) }),
});

const push = z.object({ ...common, ref: z.string(), after: z.string(), deleted: z.boolean().optional() });

const pullActions = new Set(['opened', 'synchronize', 'reopened', 'ready_for_review', 'edited']);

/**
 * Reads a verified webhook. Events and actions that do not concern us are `nothing`.
 * Throws `PlimsollError` with code `bad-webhook` when one that does lacks a field, naming the field.
 */
export function readEvent(delivery: string, name: string, payload: unknown): Wish {
  const action = z.object({ action: z.string() }).safeParse(payload).data?.action ?? '';
  switch (name) {
    case 'pull_request': {
      if (action !== 'closed' && !pullActions.has(action)) return ignored(name, action);
      const event = read(pullRequest, name, payload);
      if (action === 'edited' && event.changes?.base === undefined) return ignored(name, 'edited without its base');
      const { number: pull, head, base, title, draft, changed_files: files } = event.pull_request;
      const job: ReviewJob = {
        ...place(delivery, event),
        event: 'pull_request',
        pull,
        headSha: head.sha,
        headRef: head.ref,
        baseSha: base.sha,
        baseRef: base.ref,
        fork: head.repo?.full_name !== base.repo.full_name,
        draft: draft ?? false,
        title,
        ...(files === undefined ? {} : { files }),
      };
      if (action === 'closed') return { kind: 'cancel', key: jobKey(job), reason: 'The pull request was closed.' };
      return { kind: 'do', job };
    }
    case 'merge_group': {
      if (action !== 'checks_requested') return ignored(name, action);
      const event = read(mergeGroupEvent, name, payload);
      return { kind: 'do', job: { ...place(delivery, event), ...groupSides(event.merge_group) } };
    }
    case 'check_run': {
      if (action !== 'rerequested' && action !== 'requested_action') return ignored(name, action);
      const event = read(checkRun, name, payload);
      const run = event.check_run;
      if (run.name !== checkRunName) return { kind: 'nothing', why: `check run "${run.name}" is not ours` };
      // Ours first: GitHub lists every pull request that has this head, our id the one that was judged.
      const pull = pullOf(run.external_id ?? '') ?? run.pull_requests[0]?.number;
      if (action === 'requested_action') {
        const command = buttons.get(event.requested_action?.identifier ?? '');
        const author = event.sender?.login;
        if (command === undefined || author === undefined || pull === undefined)
          return ignored(name, 'requested_action of no button of ours');
        return { kind: 'do', job: { ...place(delivery, event), event: 'command', pull, command, author } };
      }
      return { kind: 'do', job: again(place(delivery, event), 'check_run', run.head_sha, pull) };
    }
    case 'check_suite': {
      if (action !== 'rerequested') return ignored(name, action);
      const event = read(checkSuite, name, payload);
      const suite = event.check_suite;
      return {
        kind: 'do',
        job: again(place(delivery, event), 'check_suite', suite.head_sha, suite.pull_requests[0]?.number),
      };
    }
    case 'issue_comment': {
      if (action !== 'created') return ignored(name, action);
      const event = read(issueComment, name, payload);
      const { issue, comment } = event;
      const command = readCommand(comment.body ?? '');
      if (command === undefined || issue.pull_request === undefined) return ignored(name, 'not a command');
      if (comment.user?.type !== 'User') return ignored(name, 'command of a bot');
      if (issue.state !== 'open') return ignored(name, 'command on a closed pull request');
      const { id, user } = comment;
      const where = place(delivery, event);
      return {
        kind: 'do',
        job: { ...where, event: 'command', pull: issue.number, command, author: user.login, comment: id },
      };
    }
    case 'push': {
      const event = read(push, name, payload);
      if (event.ref !== `refs/heads/${event.repository.default_branch ?? ''}`)
        return ignored(name, 'to another ref than the default branch');
      if (event.deleted === true) return ignored(name, 'that deletes the branch');
      const headSha = read(sha, name, event.after);
      return { kind: 'do', job: { ...place(delivery, event), event: 'push', headSha } };
    }
    default:
      return ignored(name, action);
  }
}

/** The check run's buttons, by the identifiers they are made with. */
const buttons: ReadonlyMap<string, Command> = new Map([
  ['rerun', { name: 'rerun' }],
  ['fix', { name: 'fix' }],
]);

/** The id our check runs carry: where they belong, and which delivery they answer. */
export function externalId(job: ReviewJob): string {
  return `${job.pull === undefined ? 'group' : `pull/${job.pull}`}/${job.delivery}`;
}

/** The pull request's number in one of our external ids; GitHub names no pull requests in events about forks. */
export function pullOf(id: string): number | undefined {
  const number = /^pull\/(\d{1,10})\//.exec(id)?.[1];
  return number === undefined ? undefined : Number(number);
}

function again(where: Place, event: 'check_run' | 'check_suite', headSha: string, pull: number | undefined): ReviewJob {
  return {
    ...where,
    event,
    headSha,
    headRef: '',
    baseSha: '',
    baseRef: '',
    fork: false,
    draft: false,
    ...(pull === undefined ? {} : { pull }),
  };
}

type Place = Pick<ReviewJob, 'delivery' | 'installation' | 'owner' | 'repo' | 'defaultBranch'>;

function place(delivery: string, event: z.infer<z.ZodObject<typeof common>>): Place {
  const { name, owner, default_branch: defaultBranch } = event.repository;
  return {
    delivery,
    installation: event.installation.id,
    owner: owner.login,
    repo: name,
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
  };
}

function ignored(name: string, action: string): Wish {
  return { kind: 'nothing', why: action === '' ? name : `${name}.${action}` };
}

function read<T extends z.ZodType>(schema: T, name: string, payload: unknown): z.infer<T> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the body');
  throw new PlimsollError(
    'bad-webhook',
    `The ${name} webhook is malformed at ${fields.slice(0, 5).join(', ')}.`,
    'Check that the sender is GitHub and that the App subscribes to this event as app.yml says.',
  );
}
