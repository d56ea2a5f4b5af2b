import type { Severity } from './model.ts';
import { latestKubeVersion } from './subjects/version.ts';

/** One render of a chart. */
export interface ReleaseSettings {
  /** Shown as the variant; the values files' names when empty. */
  variant: string;
  name: string;
  namespace: string;
  /** Relative to the repository, in helm's order. */
  values: string[];
}

export interface ChartSettings {
  /** The chart's folder, relative to the repository. */
  path: string;
  releases: ReleaseSettings[];
}

export interface CheckSettings {
  /** `on` also wakes checks that are off by default. */
  enabled?: boolean;
  severity?: Severity;
  options: Record<string, readonly string[] | string | number | boolean>;
}

/** An accepted finding, as written in the settings. `resource`: `Kind/name` or `Kind/namespace/name`, with globs. */
export interface WaiverSettings {
  check: string;
  resource?: string;
  /** Glob over the location's file or the unit's root. */
  path?: string;
  reason: string;
  owner?: string;
  /** Last day on which it holds, YYYY-MM-DD. */
  until?: string;
  /** Line in the settings file, from 1. */
  line: number;
  /** The file, when it is not the repository's own. */
  file?: string;
}

/** Caps on what is exported for rendering. Bytes and entries. */
export interface ExportLimits {
  entries: number;
  fileBytes: number;
  totalBytes: number;
}

/** What `.github/plimsoll.yml` says, defaults filled in. */
export interface Settings {
  failOn: Severity | 'none';
  report: 'introduced' | 'all';
  /** Globs over paths relative to the repository; empty `include` means everything. */
  include: string[];
  exclude: string[];
  /** `1.35`; the newest known when absent in the file. */
  kubeVersion: string;
  apiVersions: string[];
  helm: { charts: ChartSettings[] };
  checks: Record<string, CheckSettings>;
  waivers: WaiverSettings[];
  limits: ExportLimits;
  /** `budget`: renders that a review may spend on trying the places it names; what is left then is traced, not tried. */
  trace: { budget: number };
  review: boolean;
  comments: 'off' | 'suggestions' | 'all';
  /** Comments one review may hold. */
  commentLimit: number;
  /** How a review ends that found nothing to render. */
  nothingToJudge: 'neutral' | 'success';
}

/** Measured caps: a repository's unit beyond them is refused, not cut. */
export const defaultLimits: ExportLimits = { entries: 20_000, fileBytes: 5 * 2 ** 20, totalBytes: 64 * 2 ** 20 };

export const defaultSettings: Settings = {
  failOn: 'high',
  report: 'introduced',
  include: [],
  exclude: [],
  kubeVersion: `${latestKubeVersion.major}.${latestKubeVersion.minor}`,
  apiVersions: [],
  helm: { charts: [] },
  checks: {},
  waivers: [],
  limits: defaultLimits,
  trace: { budget: 500 },
  review: true,
  comments: 'all',
  commentLimit: 30,
  nothingToJudge: 'neutral',
};
