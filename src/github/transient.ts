import { PlimsollError } from '../errors.ts';
import { statusOf } from './status.ts';

/** Whether the same may well work later: a network, a database or GitHub itself in trouble, or a limit of calls. */
export function isTransient(error: unknown): boolean {
  if (error instanceof PlimsollError) return error.code === 'repository-unreachable';
  const status = statusOf(error);
  if (status !== undefined) return status >= 500 || status === 429 || (status === 403 && waitOf(error) !== undefined);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && network.has(error.code);
}

/** Codes of Node and of PostgreSQL's driver for connections that were cut or never made. */
const network = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  '57P01',
  '57P03',
]);

/**
 * Seconds that GitHub asks to wait: its `Retry-After`, or the time until its limit is reset.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function waitOf(error: unknown): number | undefined {
  const headers = headersOf(error);
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(0, after);
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset - Date.now() / 1000) : undefined;
}

function headersOf(error: unknown): Record<string, unknown> {
  const { response } = error instanceof Error && 'response' in error ? (error as { response: unknown }) : {};
  const { headers } = typeof response === 'object' && response !== null && 'headers' in response ? response : {};
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>) : {};
}
