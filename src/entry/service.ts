/** What a server and a worker have in common: the store, the queue, reviews whose reports are kept, and what is measured. */
import type { Probot } from 'probot';
import { createPerform } from '../github/app.ts';
import type { Baseline, Job, Review } from '../github/job.ts';
import type { Watch } from '../github/octokit.ts';
import type { JobQueue, Perform } from '../github/queue.ts';
import { reconcile } from '../github/reconcile.ts';
import { Cancelled, HandedBack, LeaseLost, TryLater } from '../jobs.ts';
import type { Observer } from '../observe.ts';
import type { SandboxState, SandboxStatus } from '../render/open-sandbox.ts';
import { claim } from '../store/claim.ts';
import type { DatabasePlace } from '../store/database.ts';
import { depthOf } from '../store/depth.ts';
import { prune, saveReport, saveTrend } from '../store/reports.ts';
import { openStore } from '../store/store.ts';
import type { Readiness } from '../web/health.ts';
import { createMetrics, type Metrics } from '../web/metrics.ts';
import { createObserver } from '../web/observer.ts';
import { countsOf } from '../report/counts.ts';
import { checkIndex } from './checks.ts';
import { createQueue } from './queue.ts';
import { queueOptions, retentionOf, storeOptions, tracesOf, watchOf, type RuntimeOptions } from './runtime.ts';

export interface Service {
  queue: JobQueue;
  metrics: Metrics;
  /** Looks on at what is asked of GitHub, and at all else. */
  watched: Watch;
  /** How renders are isolated; absent where reviews are given from outside. */
  sandbox?: SandboxState;
  readiness(): Readiness;
  /** Looks for what no webhook told us, now and every few minutes; one process does it for all. */
  watch(app: Probot): void;
  /** Begins to work, acting as the App. */
  start(app: Probot, second: number): Promise<void>;
  close(): Promise<void>;
}

/** A machine's isolation can be taken away while the process runs: it is proved anew this often. Old reports go as often. */
const hour = 3_600_000;

/** Seconds in which servers that start together look for missed deliveries once. */
const startTogether = 10;

/**
 * @param given a review instead of the pipeline (then nothing is scanned after a push), and what tests count faster
 * Throws `PlimsollError` when the store cannot be opened, or the sandbox is required and not proved.
 */
export async function openService(
  env: NodeJS.ProcessEnv,
  place: DatabasePlace,
  given: RuntimeOptions & { review?: Review },
): Promise<Service> {
  // What is counted when somebody asks is there by then.
  const metrics = createMetrics({ depth: () => depthOf(store), sandbox: () => wired?.sandbox.status });
  const collector = tracesOf(env);
  const traces = collector === undefined ? undefined : (await import('../web/traces.ts')).openTraces(collector);
  const observer = createObserver(metrics, traces);
  const { observe } = observer;
  const wired = given.review === undefined ? await (await import('./wiring.ts')).wire(env, observer) : undefined;
  const review = given.review ?? wired?.review;
  if (review === undefined) throw new TypeError('A service has a review, given or wired.');
  const retention = retentionOf(env);
  const store = await openStore(place, storeOptions(env, given));
  const queue = traced(createQueue(store, queueOptions(env, given)), observer);
  const hourly = setInterval(() => {
    void wired?.sandbox.prove();
    prune(store.database, retention).catch((error: unknown) => console.error(error));
  }, hour).unref();

  let watching: NodeJS.Timeout | undefined;

  const kept: Review = (...of) =>
    observe('review', {}, async (note) => {
      const outcome = await review(...of);
      if (outcome.kind !== 'report') return outcome;
      const { report } = outcome;
      note({ conclusion: report.conclusion, units: report.units.length, findings: report.findings.length });
      metrics.reviewed(report);
      await saveReport(store.database, report);
      return outcome;
    });

  const baseline: Baseline = async (job, access, signal) => {
    const report = await wired?.scan(job, access, signal);
    if (report === undefined) return false;
    await saveTrend(store.database, report.repository, job.headSha, countsOf(report));
    return true;
  };

  return {
    queue,
    metrics,
    watched: { observe, remaining: metrics.remaining },
    ...(wired === undefined ? {} : { sandbox: wired.sandbox }),
    readiness: () => readinessOf(wired?.sandbox.status),
    start: (app, second) => {
      const again = (job: Job): Promise<void> => queue.add(job);
      const perform = createPerform(app, { review: kept, baseline, checks: checkIndex, second, again, observe });
      return queue.start(timed(counted(perform, metrics), observer));
    },
    watch(app) {
      const every = watchOf(env);
      let from: string | undefined;
      async function look(name: string, alone: number): Promise<void> {
        if (!(await claim(store.database, name, alone))) return;
        const { next, ...done } = await reconcile(app, queue, from === undefined ? {} : { from });
        from = next;
        app.log.info(done, 'Looked for missed deliveries.');
      }
      const begin = (name: string, alone: number): void => {
        look(name, alone).catch((err: unknown) => app.log.error({ err }, 'Missed deliveries could not be looked for.'));
      };
      // A little less than the interval, so that the same process may have the next turn.
      watching = setInterval(() => begin('reconcile', every * 0.9), every * 1000).unref();
      begin('reconcile-start', startTogether);
    },
    async close() {
      clearInterval(hourly);
      clearInterval(watching);
      wired?.sandbox.close();
      await queue.close();
      await store.close();
      await traces?.close();
    },
  };
}

/** Each job says what asked for it: another process may do it. */
function traced<Q extends JobQueue>(queue: Q, { trace }: Observer): Q {
  const from = <J extends Job>(job: J): J => {
    const current = trace();
    return current === undefined ? job : { ...job, trace: current };
  };
  return {
    ...queue,
    accept: (delivery, wish) => queue.accept(delivery, wish.kind === 'do' ? { ...wish, job: from(wish.job) } : wish),
    add: (job) => queue.add(from(job)),
  };
}

function timed(perform: Perform, { observe }: Observer): Perform {
  return (job, attempt) => {
    const { delivery, installation, event, owner, repo, pull, trace } = job;
    const head = 'headSha' in job ? job.headSha : undefined;
    const what = { delivery, installation, event, repository: `${owner}/${repo}`, pull, head, try: attempt.number };
    return observe('job', what, () => perform(job, attempt), trace);
  };
}

function counted(perform: Perform, metrics: Metrics): Perform {
  return async (job, attempt) => {
    try {
      await perform(job, attempt);
      metrics.tried('done');
    } catch (error) {
      const stopped = error instanceof Cancelled || error instanceof HandedBack || error instanceof LeaseLost;
      metrics.tried(stopped ? 'cancelled' : error instanceof TryLater && !attempt.last ? 'later' : 'failed');
      throw error;
    }
  };
}

/** Ready to review, and how isolated. Where isolation is required and gone, nothing can be reviewed. */
function readinessOf(status: SandboxStatus | undefined): Readiness {
  if (status === undefined) return { ready: true, reasons: [] };
  const { mode, backend, proven, reasons, provenAt } = status;
  return {
    ready: proven || backend === 'none',
    reasons: proven ? [] : reasons,
    sandbox: { mode, backend, proven, ...(provenAt === undefined ? {} : { provenAt }) },
  };
}
