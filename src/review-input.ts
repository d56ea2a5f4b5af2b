import type { Check } from './check.ts';
import type { Mended } from './fix-places.ts';
import type { Change, Notice, Problem, RenderUnit, Tree } from './model.ts';
import type { DoStage } from './observe.ts';
import type { RenderContext } from './render/renderer.ts';
import type { Sandbox } from './render/sandbox.ts';
import type { Settings } from './settings.ts';

/** What is reviewed. */
export interface ReviewInput {
  repository: string;
  pull?: number;
  /** The merge base; absent for a scan of one tree. */
  base?: Tree;
  head: Tree;
  /** What differs between base and head; `all` judges every unit. */
  changes: readonly Change[] | 'all';
  settings: Settings;
  /** The file the settings were read from, and what is wrong with it: each problem keeps the review from passing. */
  settingsFile?: string;
  settingsProblems: readonly Problem[];
  /** What is worth saying about the settings. */
  settingsNotices?: readonly Notice[];
  /** `false` leaves out what changes in the rendered objects: most formats of the command line do not show it. */
  diffs?: false;
  /** `all` runs the checks that are off by default too; a list runs only those named. */
  checks?: 'all' | readonly string[];
  /** Narrows the units found to those asked for. */
  scope?: (unit: RenderUnit) => RenderUnit | undefined;
  /**
   * Which findings get their fix tried: those introduced (what is asked of a comparison when nothing is said), or all. Risky
   * fixes can break a running workload. `budget`: renders to spend.
   */
  suggest?: { of: 'none' | 'introduced' | 'all'; risky?: boolean; budget?: number };
}

/** What the pipeline needs from outside. */
export interface ReviewEffects {
  sandbox: Sandbox;
  /** Called while the renders run: the checks are the largest part of the program to load. */
  loadChecks(): Promise<readonly Check[]>;
  /** Renders at a time; one a core. */
  concurrency: number;
  /** ISO date, YYYY-MM-DD. */
  today: string;
  /** Milliseconds of a steady clock. */
  now(): number;
  /** Line ranges of the head's files that the diff wrote; asked only for units whose base did not render. */
  writtenLines?(files: readonly string[]): Promise<ReadonlyMap<string, readonly { start: number; end: number }[]>>;
  /** Told what all suggestions together would make of the files, once they are known. */
  mended?: (mended: Mended) => void;
  /** See `RenderContext.parse`. */
  parse?: RenderContext['parse'];
  /** Does a part of the review, and may look how long it takes. */
  stage?: DoStage;
  signal?: AbortSignal;
}
