/**
 * The settings of a repository, `.github/plimsoll.yml`: schema, defaults, and messages with file and line. The App takes them
 * from the base commit only, so a pull request cannot weaken them.
 */
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { z } from 'zod';
import type { Check, OptionSpec } from './check.ts';
import { severities, type Problem } from './model.ts';
import { nearestName } from './nearest.ts';
import { lockableKeys, writtenKeys } from './settings-layers.ts';
import { defaultSettings, type CheckSettings, type Settings } from './settings.ts';

/** Where the settings are read from, in order of preference. */
export const settingsFiles = ['.github/plimsoll.yml', '.github/plimsoll.yaml'] as const;

const severity = z.enum(severities);
const path = z
  .string()
  .min(1)
  .refine(
    (value) => !value.startsWith('/') && !value.split('/').includes('..'),
    'must be a path inside the repository, relative to its root',
  )
  .transform((value) => value.replace(/^\.\//, '').replace(/\/+$/, ''));
const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, at most 53');

const release = z.strictObject({
  variant: z.string().max(60).optional().describe('Name shown for this render; the values files when absent.'),
  name: dnsName.optional().describe('Release name; the chart folder’s name when absent.'),
  namespace: dnsName.optional().describe('Namespace the release goes to.'),
  values: z.array(path).default([]).describe('Values files in the order helm gets them, relative to the repository.'),
});

const checkSetting = z.union([
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

/** The file's schema; also emitted as JSON Schema for editors. */
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

type Raw = z.infer<typeof settingsSchema>;

/** What a settings file comes to: the settings (defaults for what is wrong), and what is wrong with it. */
export interface ParsedSettings {
  settings: Settings;
  problems: Problem[];
  /** What the file itself says about inheriting; absent when it writes nothing, or is at fault. */
  layer?: {
    /** See `Layer.written`. */
    written: string[];
    extends?: string;
    locked: string[];
  };
}

/**
 * Reads the text of a settings file.
 * @param known checks by id, to name unknown ones and to judge options
 */
export function parseSettings(text: string, file: string, known: ReadonlyMap<string, Check>): ParsedSettings {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, version: '1.2' });
  const problem = (line: number | undefined, message: string, hint: string): Problem => ({
    code: 'settings-invalid',
    message,
    hint,
    file,
    ...(line === undefined ? {} : { line }),
  });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const line = counter.linePos(syntax.pos[0]).line;
    return {
      settings: defaultSettings,
      problems: [problem(line, `The settings are not YAML: ${firstLine(syntax.message)}`, 'Mend the syntax.')],
    };
  }
  if (document.contents === null) return { settings: defaultSettings, problems: [] };
  if (!isMap(document.contents))
    return {
      settings: defaultSettings,
      problems: [
        problem(
          1,
          'The settings must be a mapping of keys, not a list or a single value.',
          `Allowed keys: ${keysOf(settingsSchema.shape)}.`,
        ),
      ],
    };
  const lineOf = (where: readonly PropertyKey[]): number | undefined => lineAt(document, counter, where);
  const value = withVersionsAsText(document);
  const parsed = settingsSchema.safeParse(value);
  if (!parsed.success)
    return {
      settings: defaultSettings,
      problems: parsed.error.issues.map((issue) => {
        const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
        const where = unknown === undefined ? issue.path : [...issue.path, unknown];
        return problem(lineOf(where), sentence(issue, where), hintFor(issue));
      }),
    };
  const problems = checkProblems(parsed.data, known, (where, message, hint) => problem(lineOf(where), message, hint));
  return {
    settings: toSettings(parsed.data, (index) => lineOf(['waivers', index]) ?? 1),
    problems,
    layer: {
      written: writtenKeys(value as object),
      locked: parsed.data.locked,
      ...(parsed.data.extends === undefined ? {} : { extends: parsed.data.extends }),
    },
  };
}

/** JSON Schema (draft 2020-12) of the settings file, for editors. */
export function settingsJsonSchema(): unknown {
  return z.toJSONSchema(settingsSchema, { io: 'input' });
}

/** The effective settings in the shape of the file, as `plimsoll config` prints them. */
export function settingsToFile(settings: Settings): Record<string, unknown> {
  return {
    'fail-on': settings.failOn,
    report: settings.report,
    include: settings.include,
    exclude: settings.exclude,
    'kube-version': settings.kubeVersion,
    'api-versions': settings.apiVersions,
    helm: settings.helm,
    checks: settings.checks,
    waivers: settings.waivers.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'line' && key !== 'file')),
    ),
    limits: {
      entries: settings.limits.entries,
      'file-bytes': settings.limits.fileBytes,
      'total-bytes': settings.limits.totalBytes,
    },
    trace: settings.trace,
    review: settings.review,
    comments: settings.comments,
    'comment-limit': settings.commentLimit,
    'nothing-to-judge': settings.nothingToJudge,
  };
}

function toSettings(raw: Raw, waiverLine: (index: number) => number): Settings {
  return {
    failOn: raw['fail-on'],
    report: raw.report,
    include: raw.include,
    exclude: raw.exclude,
    kubeVersion: raw['kube-version'].split('.').slice(0, 2).join('.'),
    apiVersions: raw['api-versions'],
    helm: {
      charts: raw.helm.charts.map((chart) => ({
        path: chart.path,
        releases: chart.releases.map((one) => ({
          variant: one.variant ?? one.values.map((file) => file.split('/').at(-1)).join('+'),
          name: one.name ?? '',
          namespace: one.namespace ?? '',
          values: one.values,
        })),
      })),
    },
    checks: Object.fromEntries(Object.entries(raw.checks).map(([id, setting]) => [id, checkSettings(setting)])),
    waivers: raw.waivers.map((one, index) => ({
      check: one.check,
      reason: one.reason,
      line: waiverLine(index),
      ...(one.resource === undefined ? {} : { resource: one.resource }),
      ...(one.path === undefined ? {} : { path: one.path }),
      ...(one.owner === undefined ? {} : { owner: one.owner }),
      ...(one.until === undefined ? {} : { until: one.until }),
    })),
    limits: {
      entries: raw.limits.entries ?? defaultSettings.limits.entries,
      fileBytes: raw.limits['file-bytes'] ?? defaultSettings.limits.fileBytes,
      totalBytes: raw.limits['total-bytes'] ?? defaultSettings.limits.totalBytes,
    },
    trace: raw.trace,
    review: raw.review,
    comments: raw.comments,
    commentLimit: raw['comment-limit'],
    nothingToJudge: raw['nothing-to-judge'],
  };
}

function checkSettings(setting: z.infer<typeof checkSetting>): CheckSettings {
  if (setting === 'off' || setting === false) return { enabled: false, options: {} };
  if (setting === 'on' || setting === true) return { enabled: true, options: {} };
  if (typeof setting === 'string') return { enabled: true, severity: setting, options: {} };
  return {
    options: setting.options ?? {},
    ...(setting.enabled === undefined ? {} : { enabled: setting.enabled }),
    ...(setting.severity === undefined ? {} : { severity: setting.severity }),
  };
}

function* unknownChecks(raw: Raw, known: ReadonlyMap<string, Check>): Generator<{ where: PropertyKey[]; id: string }> {
  for (const id of Object.keys(raw.checks)) if (!known.has(id)) yield { where: ['checks', id], id };
  for (const [index, one] of raw.waivers.entries())
    if (!/[*?[{]/.test(one.check) && !known.has(one.check)) yield { where: ['waivers', index, 'check'], id: one.check };
}

function checkProblems(
  raw: Raw,
  known: ReadonlyMap<string, Check>,
  problem: (where: PropertyKey[], message: string, hint: string) => Problem,
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, key] of raw.locked.entries())
    if (!lockableKeys.includes(key) && !(key.startsWith('checks.') && known.has(key.slice('checks.'.length))))
      problems.push(
        problem(
          ['locked', index],
          `"${key}" cannot be locked.`,
          `Can be locked: ${lockableKeys.join(', ')}, checks.ID.`,
        ),
      );
  for (const { where, id } of unknownChecks(raw, known))
    problems.push(
      problem(where, `There is no check "${id}".`, `${nearest(id, known)}"plimsoll checks" lists all of them.`),
    );
  for (const [id, setting] of Object.entries(raw.checks)) {
    const check = known.get(id);
    if (check === undefined || typeof setting !== 'object') continue;
    for (const [name, value] of Object.entries(setting.options ?? {})) {
      const fault = optionFault(check.options?.[name], value);
      if (fault !== undefined)
        problems.push(
          problem(
            ['checks', id, 'options', name],
            `Option "${name}" of check "${id}" ${fault}.`,
            `Options of this check: ${keysOf(check.options ?? {})}.`,
          ),
        );
    }
  }
  return problems;
}

function optionFault(option: OptionSpec | undefined, value: unknown): string | undefined {
  if (option === undefined) return 'does not exist';
  if (option.type === 'strings') return Array.isArray(value) ? undefined : 'must be a list of strings';
  if (typeof value !== option.type) return `must be a ${option.type}`;
  if (option.type === 'string' && option.values !== undefined && !option.values.includes(value as string))
    return `must be one of ${option.values.join(', ')}`;
  if (
    option.type === 'number' &&
    (Number(value) < (option.min ?? -Infinity) || Number(value) > (option.max ?? Infinity))
  )
    return `must lie between ${option.min ?? 'any'} and ${option.max ?? 'any'}`;
  return undefined;
}

/** `kube-version: 1.30` is a float in YAML and would read 1.3: the text as written is meant. */
function withVersionsAsText(document: Document): unknown {
  const node = document.get('kube-version', true);
  const value = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  if (isScalar(node) && typeof node.value === 'number') value['kube-version'] = node.source ?? String(node.value);
  return value;
}

function lineAt(document: Document, counter: LineCounter, where: readonly PropertyKey[]): number | undefined {
  let offset: number | undefined;
  for (let depth = 1; depth <= where.length; depth++) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(where.slice(0, depth - 1), true);
    const key = where[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const node =
      pair === undefined ? (document.getIn(where.slice(0, depth), true) as Node | undefined) : (pair.key as Node);
    const start = node?.range?.[0];
    if (start === undefined) break;
    offset = start;
  }
  return offset === undefined ? undefined : counter.linePos(offset).line;
}

function sentence(issue: z.core.$ZodIssue, where: readonly PropertyKey[]): string {
  const name = where.map(String).join('.');
  if (issue.code === 'unrecognized_keys') return `"${name}" is not a setting.`;
  return `"${name}": ${issue.message}.`;
}

function hintFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0)
    return `Allowed keys: ${keysOf(settingsSchema.shape)}.`;
  if (issue.code === 'invalid_value') return `Allowed: ${issue.values.map(String).join(', ')}.`;
  return 'See the settings page of the documentation, or the JSON Schema.';
}

function keysOf(value: object): string {
  return Object.keys(value).join(', ') || 'none';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

function nearest(id: string, known: ReadonlyMap<string, Check>): string {
  // Cut: the time it takes grows with the length, and the name is a stranger's.
  const name = nearestName(id.slice(0, 100), known.keys());
  return name === undefined ? '' : `Did you mean "${name}"? `;
}
