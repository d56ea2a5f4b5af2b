/**
 * How an organisation's settings and a repository's become one: defaults, then what the organisation writes, then what the
 * repository writes, key by key; what the organisation locks stays as the organisation has it.
 */
import type { Notice } from './model.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** One file of settings, read without fault. */
export interface Layer {
  /** How people call the file: `acme/.github`, `.github/plimsoll.yml`. */
  name: string;
  settings: Settings;
  /** The keys the file writes; `checks.ID` and `limits.KEY` one by one. */
  written: readonly string[];
  /** Keys that no repository may change, written in the same way; only the inherited layer's count. */
  locked: readonly string[];
}

/** The settings in force, and for each key of the file which layer it comes from (absent: the default). */
export interface MergedSettings {
  settings: Settings;
  notices: Notice[];
  origins: Record<string, { from: string; locked: boolean }>;
}

/** Settings whose value is taken whole from one layer, with their keys in the file. */
const whole: Record<Exclude<keyof Settings, 'helm' | 'checks' | 'waivers' | 'limits'>, string> = {
  failOn: 'fail-on',
  report: 'report',
  include: 'include',
  exclude: 'exclude',
  kubeVersion: 'kube-version',
  apiVersions: 'api-versions',
  trace: 'trace',
  review: 'review',
  comments: 'comments',
  commentLimit: 'comment-limit',
  nothingToJudge: 'nothing-to-judge',
};

const limits = { entries: 'entries', 'file-bytes': 'fileBytes', 'total-bytes': 'totalBytes' } as const;

/** Every key that can be locked, `checks.ID` aside. */
export const lockableKeys: readonly string[] = [
  ...Object.values(whole),
  'helm',
  'checks',
  'waivers',
  'limits',
  ...Object.keys(limits).map((key) => `limits.${key}`),
];

/** The keys a file's text writes, from its value as YAML has it. */
export function writtenKeys(value: object): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    (key === 'checks' || key === 'limits') && typeof inner === 'object' && inner !== null
      ? Object.keys(inner).map((name) => `${key}.${name}`)
      : [key],
  );
}

/** Merges what is inherited with a repository's own; either may be missing. Waivers of both count; charts merge by path. */
export function mergeLayers(inherited: Layer | undefined, own: Layer | undefined): MergedSettings {
  const origins: MergedSettings['origins'] = {};
  const notices: Notice[] = [];
  const choose = (key: string): Layer | undefined => {
    const locked = inherited !== undefined && isLocked(inherited, key);
    const theirs = inherited?.written.includes(key) === true ? inherited : undefined;
    const ours = own?.written.includes(key) === true ? own : undefined;
    if (locked && ours !== undefined)
      notices.push({
        code: 'setting-locked',
        message: `"${key}" is locked by ${inherited.name}: what ${ours.name} says is not used.`,
      });
    const chosen = locked ? theirs : (ours ?? theirs);
    if (chosen !== undefined || locked) origins[key] = { from: chosen?.name ?? inherited?.name ?? '', locked };
    return chosen;
  };
  const settings: Settings = { ...defaultSettings, limits: { ...defaultSettings.limits } };
  for (const [name, key] of Object.entries(whole)) {
    const chosen = choose(key);
    if (chosen !== undefined) Object.assign(settings, { [name]: chosen.settings[name as keyof typeof whole] });
  }
  for (const [key, name] of Object.entries(limits)) {
    const chosen = choose(`limits.${key}`);
    if (chosen !== undefined) settings.limits[name] = chosen.settings.limits[name];
  }
  const both = [inherited, own].flatMap((layer) => layer?.written ?? []);
  settings.checks = {};
  for (const key of new Set(both.filter((one) => one.startsWith('checks.')))) {
    const id = key.slice('checks.'.length);
    const check = choose(key)?.settings.checks[id];
    if (check !== undefined) settings.checks[id] = check;
  }
  const charts = choose('helm');
  settings.helm = { charts: [] };
  const layers = inherited !== undefined && isLocked(inherited, 'helm') ? [inherited] : [own, inherited];
  for (const { path, releases } of layers.flatMap((layer) => layer?.settings.helm.charts ?? []))
    if (!settings.helm.charts.some((one) => one.path === path)) settings.helm.charts.push({ path, releases });
  if (charts !== undefined && layers.length > 1 && settings.helm.charts.length > charts.settings.helm.charts.length)
    origins.helm = { from: `${own?.name ?? ''} and ${inherited?.name ?? ''}`, locked: false };
  const waivers = choose('waivers');
  const accepted = inherited !== undefined && isLocked(inherited, 'waivers') ? [] : (own?.settings.waivers ?? []);
  const theirs = (inherited?.settings.waivers ?? []).map((one) => ({ ...one, file: inherited?.name ?? '' }));
  settings.waivers = [...accepted, ...theirs];
  if (waivers !== undefined && accepted.length > 0 && theirs.length > 0)
    origins.waivers = { from: `${own?.name ?? ''} and ${inherited?.name ?? ''}`, locked: false };
  return { settings, notices, origins };
}

/** A key is locked by its own name, or with all of `checks` or `limits`. */
function isLocked({ locked }: Layer, key: string): boolean {
  const [top = key] = key.split('.');
  return locked.includes(key) || locked.includes(top);
}
