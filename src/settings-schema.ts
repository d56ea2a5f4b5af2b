/** The schema of `.github/plimsoll.yml`: its keys, what they may hold, and their defaults. */
import { z } from 'zod';
import { severities } from './model.ts';
import { defaultSettings } from './settings.ts';
import { trimEnd } from './trim.ts';

const severity = z.enum(severities);
const path = z
  .string()
  .min(1)
  .refine(
    (value) => !value.startsWith('/') && !value.split('/').includes('..'),
    'must be a path inside the repository, relative to its root',
  )
  .transform((value) => trimEnd(value.replace(/^\.\//, ''), '/'));
const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, at most 53');

const release = z.strictObject({
  variant: z.string().max(60).optional().describe('Name shown for this render; the values files when absent.'),
  name: dnsName.optional().describe('Release name; the chart folder’s name when absent.'),
  namespace: dnsName.optional().describe('Namespace the release goes to.'),
  values: z.array(path).default([]).describe('Values files in the order helm gets them, relative to the repository.'),
});

/** What may stand behind a check's id. */
export const checkSetting = z.union([
  z.enum(['on', 'off', ...severities]),
  z.boolean(),
  z.strictObject({
    enabled: z.boolean().optional(),
    severity: severity.optional(),
    options: z.record(z.string(), z.union([z.array(z.string()), z.string(), z.number(), z.boolean()])).optional(),
  }),
]);

const waiver = z.strictObject({
  check: z.string().min(1).describe('Check id, or a glob over ids.'),
  resource: z.string().optional().describe('Kind/name or Kind/namespace/name, globs allowed.'),
  path: z.string().optional().describe('Glob over the file of the finding or the root of its unit.'),
  reason: z.string().min(3).describe('Why the finding is accepted.'),
  owner: z.string().optional(),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date, YYYY-MM-DD')
    .optional()
    .describe('Last day on which the waiver holds.'),
});

/** The file. */
export const settingsSchema = z.strictObject({
  'fail-on': z
    .enum(['none', ...severities])
    .default(defaultSettings.failOn)
    .describe('Introduced findings of this severity and above fail the check run.'),
  report: z.enum(['introduced', 'all']).default(defaultSettings.report).describe('Which findings are annotated.'),
  include: z.array(z.string()).default([]).describe('Globs of what is judged; everything when empty.'),
  exclude: z.array(z.string()).default([]).describe('Globs of what is left out.'),
  'kube-version': z
    .string()
    .regex(/^1\.\d{1,2}(\.\d{1,3})?$/, 'must look like "1.35"')
    .default(defaultSettings.kubeVersion)
    .describe('Kubernetes version that manifests are rendered and judged for.'),
  'api-versions': z
    .array(z.string().regex(/^[A-Za-z0-9./-]+$/))
    .default([])
    .describe('Extra API versions charts may ask for.'),
  helm: z
    .strictObject({
      charts: z
        .array(z.strictObject({ path, releases: z.array(release).min(1) }))
        .default([])
        .describe('Charts whose releases are named here instead of being inferred.'),
    })
    .default({ charts: [] }),
  checks: z
    .record(z.string(), checkSetting)
    .default({})
    .describe('Check id: on, off, a severity, or { enabled, severity, options }.'),
  waivers: z.array(waiver).default([]),
  limits: z
    .strictObject({
      entries: z.int().min(1).max(1_000_000).optional(),
      'file-bytes': z.int().min(1).optional(),
      'total-bytes': z.int().min(1).optional(),
    })
    .default({}),
  trace: z
    .strictObject({
      budget: z
        .int()
        .min(0)
        .max(100_000)
        .default(defaultSettings.trace.budget)
        .describe(
          'Renders that a review may spend on trying the lines it names; after that they are traced, not tried.',
        ),
    })
    .default(defaultSettings.trace),
  review: z.boolean().default(defaultSettings.review).describe('Whether review comments are written.'),
  comments: z
    .enum(['off', 'suggestions', 'all'])
    .default(defaultSettings.comments)
    .describe(
      'Which introduced findings get a review comment: those with a fix to commit, all at or over fail-on, none.',
    ),
  'comment-limit': z
    .int()
    .min(1)
    .max(100)
    .default(defaultSettings.commentLimit)
    .describe('Comments one review may hold; the check run names the rest.'),
  'nothing-to-judge': z
    .enum(['neutral', 'success'])
    .default(defaultSettings.nothingToJudge)
    .describe('How the check run ends when the diff touches nothing that is rendered. GitHub lets both pass.'),
  extends: z
    .string()
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\/)?\.github$/, 'must be ".github" or "OWNER/.github"')
    .optional()
    .describe(
      'Inherit from .github/plimsoll.yml of the same owner’s repository .github: its values hold where this file has none.',
    ),
  locked: z
    .array(z.string())
    .default([])
    .describe(
      'In an organisation’s file: keys (fail-on, checks.ID, …) that repositories which inherit it cannot change.',
    ),
});

/** A settings file that keeps the schema, with defaults filled in. */
export type WrittenSettings = z.infer<typeof settingsSchema>;

/** JSON Schema (draft 2020-12) of the settings file, for editors. */
export function settingsJsonSchema(): unknown {
  return z.toJSONSchema(settingsSchema, { io: 'input' });
}
