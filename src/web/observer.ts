import { isPromise } from 'node:util/types';
import type { Attributes, Observe, Observer, Step } from '../observe.ts';
import type { Metrics } from './metrics.ts';

/** A step under way, as traces see it. */
export interface Begun {
  /** Runs `work` so that steps within it belong to this one. */
  within: <T>(work: () => T) => T;
  /** @param failure what was thrown, in one word of ours; undefined when nothing was */
  end: (attributes: Attributes, failure: string | undefined) => void;
}

/** Where spans go. */
export interface Traces {
  begin: (step: Step, attributes: Attributes, origin: string | undefined) => Begun;
  /** W3C `traceparent` of the step that runs now. */
  current: () => string | undefined;
  /** Sends what is not sent yet. */
  close: () => Promise<void>;
}

/** Feeds metrics, and traces where there are any. What goes wrong in looking on never becomes a fault of the work. */
export function createObserver(metrics: Pick<Metrics, 'passed' | 'cached'>, traces?: Traces): Observer {
  const observe: Observe = <T>(
    step: Step,
    attributes: Attributes,
    work: (note: (more: Attributes) => void) => T,
    origin?: string,
  ): T => {
    const started = performance.now();
    const noted: Record<string, Attributes[string]> = { ...attributes };
    const begun = traces?.begin(step, attributes, origin);
    const end = (failure?: string): void => {
      metrics.passed(step, (performance.now() - started) / 1000, noted);
      begun?.end(noted, failure);
    };
    const run = (): T => work((more) => Object.assign(noted, more));
    try {
      const result = begun === undefined ? run() : begun.within(run);
      if (!isPromise(result)) {
        end();
        return result;
      }
      return result.then(
        (value: unknown) => {
          end();
          return value;
        },
        (error: unknown) => {
          end(wordOf(error));
          throw error;
        },
      ) as T;
    } catch (error) {
      end(wordOf(error));
      throw error;
    }
  };
  return { observe, cached: metrics.cached, trace: () => traces?.current() };
}

/** The code or the class of what was thrown. Its message may hold words of a repository. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
