/** What the App and the renderer in its container say to one another. One connection is one workspace. */
import { z } from 'zod';
import { defaultRenderLimits } from './limits.ts';

/** Both sides come from one image; another version of the other side is refused. */
export const protocol = 1;

/** Seconds between signs of life of the renderer, and of silence after which it counts as gone. */
export const alive = { every: 5, lost: 30 };

const path = z.string().min(1).max(4096);
const id = z.int().min(0);
const tool = z.enum(['helm', 'kustomize']);
const bytes = z.int().min(0);
const limits = z.object(
  Object.fromEntries(Object.keys(defaultRenderLimits).map((name) => [name, z.int().min(1)])) as {
    [Name in keyof typeof defaultRenderLimits]: z.ZodInt;
  },
);

/**
 * The tree comes entry by entry, before the run that needs it. `file` is written anew; `remove` takes folders with all that is
 * in them.
 */
export const request = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path, bytes }),
  z.object({ type: z.literal('folder'), path }),
  z.object({ type: z.literal('link'), path, target: z.string().min(1).max(4096) }),
  z.object({ type: z.literal('remove'), path }),
  z.object({
    type: z.literal('run'),
    id,
    tool,
    args: z.array(z.string().max(8192)).max(10_000),
    limits: limits.partial(),
  }),
  z.object({ type: z.literal('stop'), id }),
  z.object({ type: z.literal('identify'), id, tool, limits: limits.partial() }),
  z.object({ type: z.literal('prove'), id }),
]);
export type Request = z.infer<typeof request>;

export const answer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int(),
    /** Another for every start of the renderer. */
    instance: z.string(),
    /** What is inside it. */
    backend: z.string(),
    tools: z.array(tool),
    /** The workspace, as the tools see it. */
    inside: z.string(),
  }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('started'), id }),
  /** The body is what the tool printed: `stdout` bytes of it on its standard output, the rest on the other. */
  z.object({ type: z.literal('done'), id, exitCode: z.int(), milliseconds: z.number(), stdout: bytes, bytes }),
  z.object({ type: z.literal('failed'), id, code: z.string(), message: z.string(), hint: z.string() }),
  z.object({ type: z.literal('identified'), id, identity: z.string().optional() }),
  /** `reason` is why not. */
  z.object({ type: z.literal('proved'), id, reason: z.string().optional() }),
]);
export type Answer = z.infer<typeof answer>;
export type Hello = Extract<Answer, { type: 'hello' }>;
