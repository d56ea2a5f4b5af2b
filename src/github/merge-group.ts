import { z } from 'zod';
import type { ReviewJob } from './job.ts';

/** A commit's id. It becomes part of URLs, so it must be one. */
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** What an event says of a merge queue's group. */
export const mergeGroup = z.object({ head_sha: sha, head_ref: z.string(), base_sha: sha, base_ref: z.string() });

/** The part of a job that a group decides: it stands for several pull requests, and its branch is always the repository's own. */
export function groupSides(
  group: z.infer<typeof mergeGroup>,
): Pick<ReviewJob, 'event' | 'headSha' | 'headRef' | 'baseSha' | 'baseRef' | 'fork' | 'draft'> {
  return {
    event: 'merge_group',
    headSha: group.head_sha,
    headRef: group.head_ref,
    baseSha: group.base_sha,
    baseRef: group.base_ref,
    fork: false,
    draft: false,
  };
}
