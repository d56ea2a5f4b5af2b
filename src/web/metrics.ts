import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report } from '../model.ts';
import type { Attributes, CacheEvent, Step } from '../observe.ts';
import { createRates, type Rate } from './rates.ts';

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
  /** A step ended, with all that was noted of it. */
  passed: (step: Step, seconds: number, attributes: Attributes) => void;
  cached: (event: CacheEvent, count?: number) => void;
  /** GitHub told how many calls an installation has left. */
  remaining: (rate: Rate) => void;
  /** The page for `/metrics`. */
  page: () => Promise<{ type: string; text: string }>;
}

/** Seconds: a one-chart pull request takes well under one, a monorepo minutes. */
const reviewBuckets = [0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640];
const partBuckets = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];

export function createMetrics(observed: Observed): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
    new Counter({ name: `plimsoll_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ): Histogram<Label> => new Histogram({ name: `plimsoll_${name}`, help, buckets, labelNames, registers });
  /** Asked for when somebody looks. */
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    collect: (it: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> =>
    new Gauge({
      name: `plimsoll_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        return collect(this);
      },
    });

  const deliveries = counter('deliveries_total', 'Webhooks answered, by event and HTTP status.', 'event', 'status');
  const tries = counter('job_tries_total', 'Tries of jobs, by how they ended.', 'end');
  const reviews = histogram('review_seconds', 'Time of whole reviews, by conclusion.', reviewBuckets, 'conclusion');
  const stages = histogram('stage_seconds', 'Time of the parts of reviews.', partBuckets, 'stage');
  const units = counter('units_total', 'Charts, kustomizations and folders of manifests judged.', 'kind', 'status');
  const unitSeconds = histogram(
    'render_seconds',
    'Time of one unit, rendering and reading, by kind.',
    partBuckets,
    'kind',
  );
  const renders = counter('renders_total', 'Runs of helm and kustomize, by outcome.', 'tool', 'outcome');
  const toolSeconds = histogram('tool_seconds', 'Time of one run of helm or kustomize.', partBuckets, 'tool');
  const cache = counter('render_cache_total', 'What the cache of renders did.', 'event');
  const findings = counter('findings_total', 'Findings reported, by severity and status.', 'severity', 'status');
  const problems = counter('problems_total', 'What kept units from being judged, by code.', 'code');
  const requests = counter('github_requests_total', 'Requests to GitHub, by method and status.', 'method', 'status');
  const requestSeconds = histogram('github_request_seconds', 'Time of one request to GitHub.', partBuckets, 'method');
  const { depth, sandbox } = observed;
  if (depth !== undefined) {
    // Both are asked for at once: one count serves both.
    let counting: ReturnType<typeof depth> | undefined;
    const counted = (): ReturnType<typeof depth> => (counting ??= depth().finally(() => (counting = undefined)));
    gauge('jobs', 'Jobs by state: waiting, running, dead (given up, see plimsoll jobs).', ['state'], async (jobs) => {
      const { waiting, running, dead } = await counted();
      for (const [state, count] of Object.entries({ waiting, running, dead })) jobs.set({ state }, count);
    });
    gauge('oldest_job_seconds', 'How long the job has waited that waits longest and could run.', [], async (age) =>
      age.set((await counted()).oldest),
    );
  }
  const rates = createRates();
  const ofInstallation = ['installation', 'resource'] as const;
  gauge(
    'github_rate_remaining',
    'Calls left to those installations that have the least.',
    [...ofInstallation],
    (it) => {
      it.reset();
      for (const { installation, resource, remaining } of rates.least()) it.set({ installation, resource }, remaining);
    },
  );
  gauge('github_rate_limit', 'Calls an hour of the same installations.', [...ofInstallation], (it) => {
    it.reset();
    for (const { installation, resource, limit } of rates.least()) it.set({ installation, resource }, limit);
  });
  gauge('sandbox_proven', '1 while the isolation of renders is proved, by backend.', ['backend'], (it) => {
    it.reset();
    const state = sandbox?.();
    if (state !== undefined) it.set({ backend: state.backend }, state.proven ? 1 : 0);
  });

  /** Ours all: no attribute that may hold words of a repository is read here. */
  const steps: Partial<Record<Step, (seconds: number, of: (name: string) => string) => void>> = {
    stage: (seconds, of) => stages.observe({ stage: of('stage') }, seconds),
    render: (seconds, of) => {
      renders.inc({ tool: of('tool'), outcome: of('outcome') });
      toolSeconds.observe({ tool: of('tool') }, seconds);
    },
    request: (seconds, of) => {
      requests.inc({ method: of('method'), status: of('status') });
      requestSeconds.observe({ method: of('method') }, seconds);
    },
  };
  return {
    delivered: (event, status) => deliveries.inc({ event, status }),
    tried: (end) => tries.inc({ end }),
    passed: (step, seconds, attributes) => steps[step]?.(seconds, (name) => String(attributes[name] ?? 'none')),
    cached: (event, count = 1) => cache.inc({ event }, count),
    remaining: rates.told,
    reviewed: (report) => {
      reviews.observe({ conclusion: report.conclusion }, report.milliseconds / 1000);
      for (const { kind, status, milliseconds } of report.units) {
        units.inc({ kind, status });
        if (status === 'rendered') unitSeconds.observe({ kind }, milliseconds / 1000);
      }
      for (const { severity, status } of report.findings) findings.inc({ severity, status });
      for (const { code } of report.problems) problems.inc({ code });
    },
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
