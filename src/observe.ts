/** The one seam through which the work is seen while it runs: what is measured and what is traced are both fed by it. */

/** What is timed; the attributes of each say which one. */
export type Step =
  /** A webhook until its job is stored: `delivery`, `event`. */
  | 'delivery'
  /** One try of a job: `delivery`, `repository`, `pull`, `head`, `try`. */
  | 'job'
  /** The pipeline, from settings to report. */
  | 'review'
  /** A part of a review or of publishing it: `stage`. */
  | 'stage'
  /** One run of helm or kustomize: `tool`, `outcome`. */
  | 'render'
  /** A call of GitHub's API, with what it waits for and its repetitions: `method`, `route`. */
  | 'call'
  /** One HTTP request of a call: `method`, `status`. */
  | 'request';

/** Parts of a review, in the order they come. */
export type Stage =
  | 'settings'
  | 'fetch'
  | 'discover'
  | 'render'
  | 'check'
  | 'compare'
  | 'locate'
  | 'fix'
  | 'waive'
  | 'report'
  | 'publish'
  | 'comment';

/** Ids, names and counts. Never contents, messages, or anything secret: they leave the process. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Does the work, and tells how long it took and whether it threw. What is observed while it runs is part of it.
 *
 * @param work may note attributes that are known only later; its result, or promise, or error is passed on unchanged
 * @param origin what `trace` gave in another process: the step belongs to that
 */
export type Observe = <T>(
  step: Step,
  attributes: Attributes,
  work: (note: (more: Attributes) => void) => T,
  origin?: string,
) => T;

/** What the render cache did: kept ones were used, made anew, pushed out for room, or dropped because they were damaged. */
export type CacheEvent = 'hit' | 'miss' | 'eviction' | 'corrupt';

/** Everything that looks on. */
export interface Observer {
  observe: Observe;
  cached: (event: CacheEvent, count?: number) => void;
  /** Names the step that runs now, for another process to go on from (W3C `traceparent`); undefined when none is traced. */
  trace: () => string | undefined;
}

/** Nobody looks on. */
export const unobserved: Observer = {
  observe: (_step, _attributes, work) => work(() => undefined),
  cached: () => undefined,
  trace: () => undefined,
};

/** Does a part of a review. */
export type DoStage = <T>(name: Stage, work: () => T) => T;

/** The parts of a review, each a step. */
export function stagesOf(observe: Observe): DoStage {
  return (stage, work) => observe('stage', { stage }, () => work());
}
