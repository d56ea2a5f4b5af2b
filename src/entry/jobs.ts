import { isBaseline, isCommand, type Job } from '../github/job.ts';
import { PlimsollError } from '../errors.ts';
import { line } from '../report/escape.ts';
import { deadLetters, retryDeadLetters, type DeadLetter } from '../store/dead-letters.ts';
import { depthOf } from '../store/depth.ts';
import { openStore, type Store } from '../store/store.ts';
import { placeOf, storeOptions } from './runtime.ts';

/**
 * What `plimsoll jobs` prints: the queue's depth and the jobs that were given up; with `retry`, those go back into the queue.
 * Throws `usage` for another operand, `store-locked` while a server has the embedded database.
 */
export async function jobs(operands: readonly string[], json: boolean): Promise<string> {
  const [verb, ...ids] = operands;
  if (verb !== undefined && (verb !== 'retry' || ids.length === 0))
    throw new PlimsollError(
      'usage',
      `plimsoll jobs does not know "${operands.join(' ')}".`,
      'Use: jobs, jobs retry all, jobs retry ID…',
    );
  const store = await openStore(placeOf(process.env), storeOptions(process.env, {}));
  try {
    if (verb === 'retry') return await retry(store, ids);
    const [depth, letters] = await Promise.all([depthOf(store), deadLetters(store)]);
    if (json) return `${JSON.stringify({ ...depth, letters }, undefined, 2)}\n`;
    return [
      `${depth.waiting} waiting (the oldest for ${Math.round(depth.oldest)} s), ${depth.running} running, ${depth.dead} given up`,
      ...letters.map(entry),
      ...(letters.length === 0 ? [] : ['Try them again: plimsoll jobs retry ID…, or plimsoll jobs retry all']),
      '',
    ].join('\n');
  } finally {
    await store.close();
  }
}

async function retry(store: Store, ids: readonly string[]): Promise<string> {
  const all = ids.length === 1 && ids[0] === 'all';
  const known = new Set((await deadLetters(store)).map(({ id }) => id));
  const unknown = all ? [] : ids.filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new PlimsollError(
      'usage',
      `No job that was given up is called ${unknown.join(', ')}.`,
      'List them: plimsoll jobs',
    );
  const moved = await retryDeadLetters(store, all ? 'all' : ids);
  return `${moved} back in the queue\n`;
}

function entry({ id, data, message, tries, accepted, failed }: DeadLetter): string {
  const job = data as Job;
  const what = isCommand(job)
    ? `/plimsoll ${job.command.name}`
    : `${isBaseline(job) ? 'counts' : 'review'} of ${job.headSha.slice(0, 12)}`;
  const where = `${job.owner}/${job.repo}${job.pull === undefined ? '' : `#${job.pull}`}`;
  return [
    `${id}  ${where}  ${what}`,
    `  delivery ${job.delivery}`,
    `  accepted ${accepted.toISOString()}, given up ${failed.toISOString()} after ${tries} tries`,
    `  ${line(message)}`,
  ].join('\n');
}
