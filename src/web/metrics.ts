import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report } from '../model.ts';

/** What is asked when somebody looks, instead of being counted as it happens. */
export interface Observed {
  /** How much there is to do; absent in set-up mode. */
  depth?: () => Promise<{ waiting: number; running: number; oldest: number; dead: number }>;
  sandbox?: () => { backend: string; proven: boolean } | undefined;
}

/** The process' metrics in Prometheus' format. No label ever holds text of a repository. */
export interface Metrics {
  /** A webhook was answered. */
  delivered: (event: string, status: number) => void;
  /** A review is over. */
  reviewed: (report: Report) => void;
  /** A try of a job ended: `done`, `later`, `cancelled` or `failed`. */
  tried: (end: 'done' | 'later' | 'cancelled' | 'failed') => void;
  /** GitHub told how many calls an installation has left in this hour. */
  remaining: (calls: number) => void;
  /** The page for `/metrics`. */
  page: () => Promise<{ type: string; text: string }>;
}

/** Seconds: a one-chart pull request takes well under one, a monorepo minutes. */
const reviewBuckets = [0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640];

export function createMetrics(observed: Observed): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: 'plimsoll_deliveries_total',
    help: 'Webhooks answered, by event and HTTP status.',
    labelNames: ['event', 'status'] as const,
    registers,
  });
  const tries = new Counter({
    name: 'plimsoll_job_tries_total',
    help: 'Tries of jobs, by how they ended.',
    labelNames: ['end'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'plimsoll_review_seconds',
    help: 'Time of whole reviews, by conclusion.',
    labelNames: ['conclusion'] as const,
    buckets: reviewBuckets,
    registers,
  });
  const units = new Counter({
    name: 'plimsoll_units_total',
    help: 'Charts, kustomizations and folders of manifests judged, by kind and status.',
    labelNames: ['kind', 'status'] as const,
    registers,
  });
  const renderSeconds = new Histogram({
    name: 'plimsoll_render_seconds',
    help: 'Time of one unit, rendering and reading, by kind.',
    labelNames: ['kind'] as const,
    buckets: reviewBuckets.map((bucket) => bucket / 10),
    registers,
  });
  const findings = new Counter({
    name: 'plimsoll_findings_total',
    help: 'Findings reported, by severity and status.',
    labelNames: ['severity', 'status'] as const,
    registers,
  });
  const problems = new Counter({
    name: 'plimsoll_problems_total',
    help: 'What kept units from being judged, by code.',
    labelNames: ['code'] as const,
    registers,
  });
  const limit = new Gauge({
    name: 'plimsoll_github_rate_remaining',
    help: 'Calls left of the installation that was asked for last.',
    registers,
  });
  if (observed.depth !== undefined) observeQueue(observed.depth, registers);
  const { sandbox } = observed;
  new Gauge({
    name: 'plimsoll_sandbox_proven',
    help: '1 while the isolation of renders is proved, by backend.',
    labelNames: ['backend'] as const,
    registers,
    collect() {
      this.reset();
      const state = sandbox?.();
      if (state !== undefined) this.set({ backend: state.backend }, state.proven ? 1 : 0);
    },
  });
  return {
    delivered: (event, status) => deliveries.inc({ event, status }),
    tried: (end) => tries.inc({ end }),
    remaining: (calls) => limit.set(calls),
    reviewed: (report) => {
      seconds.observe({ conclusion: report.conclusion }, report.milliseconds / 1000);
      for (const { kind, status, milliseconds } of report.units) {
        units.inc({ kind, status });
        if (status === 'rendered') renderSeconds.observe({ kind }, milliseconds / 1000);
      }
      for (const { severity, status } of report.findings) findings.inc({ severity, status });
      for (const { code } of report.problems) problems.inc({ code });
    },
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

function observeQueue(depth: NonNullable<Observed['depth']>, registers: Registry[]): void {
  const jobs = new Gauge({
    name: 'plimsoll_jobs',
    help: 'Jobs by state: waiting, running, dead (given up, see plimsoll jobs).',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const { waiting, running, dead, oldest } = await depth();
      for (const [state, count] of Object.entries({ waiting, running, dead })) jobs.set({ state }, count);
      age.set(oldest);
    },
  });
  const age = new Gauge({
    name: 'plimsoll_oldest_job_seconds',
    help: 'How long the job has waited that waits longest and could run.',
    registers,
  });
}
