import { z } from 'zod';
import { PlimsollError } from '../errors.ts';
import type { ReviewJob } from './job.ts';
import { groupSides, mergeGroup, sha } from './merge-group.ts';

/** What a workflow's event asks for: a comparison, as the App would review it, or a look at what there is. */
export type ActionWish = { kind: 'review'; job: ReviewJob } | { kind: 'scan' };

const side = z.object({ sha, ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() });
const pullRequest = z.object({
  pull_request: z.object({
    number: z.number().int(),
    title: z.string(),
    draft: z.boolean().optional(),
    base: side,
    head: side,
  }),
});
const mergeGroupEvent = z.object({ merge_group: mergeGroup });
const push = z.object({ before: sha, after: sha, ref: z.string(), deleted: z.boolean().optional() });

/**
 * Reads the event of a workflow run. A first push of a branch, a schedule or a start by hand has nothing to compare with.
 *
 * @param name `GITHUB_EVENT_NAME`
 * @param payload what `GITHUB_EVENT_PATH` holds
 * @param repository `GITHUB_REPOSITORY`, `owner/name`
 */
export function readActionEvent(name: string, payload: unknown, repository: string): ActionWish {
  const [owner = '', repo = ''] = repository.split('/');
  // An Action has no installation and no delivery; nothing asks for them.
  const common = { delivery: '', installation: 0, owner, repo, draft: false };
  switch (name) {
    case 'pull_request':
    case 'pull_request_target': {
      const { pull_request: pull } = parsed(pullRequest, payload, name);
      return {
        kind: 'review',
        job: {
          ...common,
          event: 'pull_request',
          pull: pull.number,
          title: pull.title,
          draft: pull.draft ?? false,
          headSha: pull.head.sha,
          headRef: pull.head.ref,
          baseSha: pull.base.sha,
          baseRef: pull.base.ref,
          fork: pull.head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
        },
      };
    }
    case 'merge_group': {
      const { merge_group: group } = parsed(mergeGroupEvent, payload, name);
      return { kind: 'review', job: { ...common, ...groupSides(group) } };
    }
    case 'push': {
      const { before, after, ref, deleted } = parsed(push, payload, name);
      if (deleted === true || /^0+$/.test(before)) return { kind: 'scan' };
      const sides = { headSha: after, headRef: ref, baseSha: before, baseRef: ref };
      return { kind: 'review', job: { ...common, event: 'check_suite', ...sides, fork: false } };
    }
    default:
      return { kind: 'scan' };
  }
}

function parsed<Shape extends z.ZodType>(shape: Shape, payload: unknown, name: string): z.infer<Shape> {
  const found = shape.safeParse(payload);
  if (found.success) return found.data;
  const where = found.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new PlimsollError(
    'usage-event',
    `The event ${name} is not as GitHub sends it: ${where} is missing or wrong.`,
    'Run this in a workflow of GitHub Actions.',
  );
}
