/** What the environment says about the store and the queue; the server and the workers read it the same way. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import type { DatabasePlace } from '../store/database.ts';
import { defaultLease, type StoreOptions } from '../store/store.ts';
import type { QueueOptions } from './queue.ts';
import { trimEnd } from '../trim.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reviews at a time in one process: rendering is what costs, and it takes one processor each. */
const defaultConcurrency = 2;

/** Reviews at a time of one repository, over all processes: the rest is for the others. */
const defaultPerRepository = 2;

/** Seconds: what container runtimes wait before they kill (Kubernetes 30, Docker 10), less what closing takes. */
const defaultGrace = 8;

/** `DATABASE_URL`, else the folder `PLIMSOLL_DATA`, else one in the user's state folder (XDG Base Directory Specification). */
export function placeOf(env: Environment): DatabasePlace {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL };
  return { folder: env.PLIMSOLL_DATA ?? join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'plimsoll') };
}

/** What is given instead of the environment; tests count faster. */
export interface RuntimeOptions {
  concurrency?: number;
  /** Tries after the first before a job is given up. */
  retries?: number;
  /** Seconds that running jobs get when the process is told to end. */
  grace?: number;
}

/** `PLIMSOLL_RETENTION`: days that reports are kept, as `90d`. Throws `usage-environment` on anything else. */
export function retentionOf(env: Environment): number {
  const text = env.PLIMSOLL_RETENTION ?? '90d';
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  if (days !== undefined) return Number(days);
  throw new PlimsollError(
    'usage-environment',
    `PLIMSOLL_RETENTION is "${text}".`,
    'Set it to a number of days, as 90d.',
  );
}

/**
 * Where spans go: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` with the path of the specification;
 * undefined without either, and with `OTEL_SDK_DISABLED`. `OTEL_TRACES_SAMPLER_ARG`: the share that is traced, 0 to 1. Headers and
 * certificates are read by the exporter. https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function tracesOf(env: Environment): { url: string; share: number; warn: (why: string) => void } | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${trimEnd(base, '/')}/v1/traces`);
  if (!url || env.OTEL_SDK_DISABLED === 'true') return undefined;
  const share = Number(env.OTEL_TRACES_SAMPLER_ARG || 1);
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new PlimsollError(
      'usage-environment',
      'The address for traces is no http or https URL.',
      'Set OTEL_EXPORTER_OTLP_ENDPOINT to the collector’s, as http://collector:4318.',
    );
  if (!(share >= 0 && share <= 1))
    throw new PlimsollError(
      'usage-environment',
      `OTEL_TRACES_SAMPLER_ARG is "${env.OTEL_TRACES_SAMPLER_ARG}".`,
      'Set it to the share of deliveries to trace, from 0 to 1.',
    );
  return { url, share, warn: (why) => console.error(`Traces: ${why}.`) };
}

/** `PLIMSOLL_RECONCILE`: seconds between two looks for what no webhook told. */
export function watchOf(env: Environment): number {
  return countOf(env, 'PLIMSOLL_RECONCILE', 300);
}

/** `PLIMSOLL_LEASE`: seconds of silence after which a worker's job is another's; at least 10. */
export function storeOptions(env: Environment, given: RuntimeOptions): StoreOptions {
  return {
    lease: Math.max(10, countOf(env, 'PLIMSOLL_LEASE', defaultLease)),
    warn: (error) => console.error(`The store: ${error.message}`),
    ...(given.retries === undefined ? {} : { retries: given.retries }),
  };
}

/** `PLIMSOLL_CONCURRENCY`, `PLIMSOLL_PER_REPOSITORY` and `PLIMSOLL_GRACE`. Throws `usage-environment` on what is no number. */
export function queueOptions(env: Environment, given: RuntimeOptions): QueueOptions {
  return {
    concurrency: given.concurrency ?? countOf(env, 'PLIMSOLL_CONCURRENCY', defaultConcurrency),
    perRepository: countOf(env, 'PLIMSOLL_PER_REPOSITORY', defaultPerRepository),
    grace: given.grace ?? countOf(env, 'PLIMSOLL_GRACE', defaultGrace),
  };
}

function countOf(env: Environment, name: string, standard: number): number {
  const text = env[name];
  if (text === undefined || text === '') return standard;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new PlimsollError('usage-environment', `${name} is "${text}".`, 'Set it to a whole number from 1 upwards.');
}
