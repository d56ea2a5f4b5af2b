/**
 * The settings of a repository, `.github/plimsoll.yml`, read: defaults for what is at fault, and messages with file and line. The App takes them
 * from the base commit only, so a pull request cannot weaken them.
 */
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import type { Check } from './check.ts';
import type { Problem } from './model.ts';
import { keysOf, optionFault, settingsFaults } from './settings-faults.ts';
import { writtenKeys } from './settings-layers.ts';
import { settingsSchema, type checkSetting, type WrittenSettings } from './settings-schema.ts';
import { defaultSettings, type CheckSettings, type Settings } from './settings.ts';

/** Where the settings are read from, in order of preference. */
export const settingsFiles = ['.github/plimsoll.yml', '.github/plimsoll.yaml'] as const;

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
  const problems = settingsFaults(parsed.data, known, (where, message, hint) => problem(lineOf(where), message, hint));
  return {
    settings: toSettings(parsed.data, known, (index) => lineOf(['waivers', index]) ?? 1),
    problems,
    layer: {
      written: writtenKeys(value as object),
      locked: parsed.data.locked,
      ...(parsed.data.extends === undefined ? {} : { extends: parsed.data.extends }),
    },
  };
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

function toSettings(
  raw: WrittenSettings,
  known: ReadonlyMap<string, Check>,
  waiverLine: (index: number) => number,
): Settings {
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
    checks: Object.fromEntries(
      Object.entries(raw.checks).map(([id, setting]) => [id, checkSettings(setting, known.get(id))]),
    ),
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

function checkSettings(setting: z.infer<typeof checkSetting>, check: Check | undefined): CheckSettings {
  if (setting === 'off' || setting === false) return { enabled: false, options: {} };
  if (setting === 'on' || setting === true) return { enabled: true, options: {} };
  if (typeof setting === 'string') return { enabled: true, severity: setting, options: {} };
  const options = Object.entries(setting.options ?? {});
  return {
    options: Object.fromEntries(
      options.filter(([name, value]) => optionFault(check?.options?.[name], value) === undefined),
    ),
    ...(setting.enabled === undefined ? {} : { enabled: setting.enabled }),
    ...(setting.severity === undefined ? {} : { severity: setting.severity }),
  };
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

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
