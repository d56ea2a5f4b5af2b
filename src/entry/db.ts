import { PlimsollError } from '../errors.ts';
import { move } from '../store/move.ts';
import { openStore } from '../store/store.ts';
import { placeOf, storeOptions } from './runtime.ts';

/**
 * What `plimsoll db move` does: everything of the embedded database goes into the PostgreSQL of `DATABASE_URL`. The server must be
 * stopped. Throws `usage` for another operand, and what opening and moving throw.
 */
export async function db(operands: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  if (operands.join(' ') !== 'move')
    throw new PlimsollError('usage', `plimsoll db does not know "${operands.join(' ')}".`, 'Use: plimsoll db move');
  const { DATABASE_URL: url, ...rest } = env;
  if (!url) throw new PlimsollError('usage', 'DATABASE_URL is not set.', 'Set it to the PostgreSQL to move into.');
  const from = await openStore(placeOf(rest), storeOptions(env, {}));
  try {
    const to = await openStore({ url }, storeOptions(env, {}));
    try {
      const copied = await move(from, to);
      const lines = Object.entries(copied).map(([table, rows]) => `${String(rows).padStart(8)}  ${table}`);
      return [
        'Copied:',
        ...lines,
        'Start the server with DATABASE_URL set; the folder can be kept as a backup.',
        '',
      ].join('\n');
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
