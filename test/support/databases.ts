import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { DatabasePlace } from '../../src/store/database.ts';

/** A database of its own for each call, gone at the end. */
export interface TestDatabases {
  place(): Promise<DatabasePlace>;
  stop(): Promise<void>;
}

/** The embedded database, in memory. */
export const embedded: TestDatabases = {
  place: () => Promise.resolve({ memory: true }),
  stop: () => Promise.resolve(),
};

/**
 * Starts a PostgreSQL of this machine on loopback, in a folder of its own; each place is a new database in it.
 * PostgreSQL does not run as root: there it becomes the user that its package made.
 */
export async function startPostgres(): Promise<TestDatabases & { restart(): void }> {
  const bin = postgresBin();
  if (bin === undefined) throw new Error('No PostgreSQL is installed.');
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-postgres-'));
  const root = process.getuid?.() === 0;
  if (root) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), -1);
  const run = (program: string, ...args: string[]): void => {
    const [command, ...rest] = [...(root ? ['runuser', '-u', 'postgres', '--'] : []), join(bin, program), ...args];
    execFileSync(command ?? '', rest, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const port = await freePort();
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-U', 'plimsoll', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
  const start = (): void => {
    const options = `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories= -c fsync=off`;
    run('pg_ctl', '-D', data, '-w', '-s', '-l', join(folder, 'log'), '-o', options, 'start');
  };
  start();
  let count = 0;
  return {
    place() {
      count += 1;
      run('createdb', '-h', '127.0.0.1', '-p', String(port), '-U', 'plimsoll', `test${count}`);
      return Promise.resolve({ url: `postgres://plimsoll@127.0.0.1:${port}/test${count}` });
    },
    restart() {
      run('pg_ctl', '-D', data, '-w', '-s', '-m', 'immediate', 'stop');
      start();
    },
    stop() {
      run('pg_ctl', '-D', data, '-w', '-s', '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** Whether the suites over PostgreSQL can run here. Where they must, `PLIMSOLL_TEST_POSTGRES=require` fails instead. */
export function hasPostgres(): boolean {
  return process.env.PLIMSOLL_TEST_POSTGRES === 'require' || postgresBin() !== undefined;
}

/** Debian keeps the server's programs out of PATH, one folder a version. */
function postgresBin(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ].find((folder) => existsSync(join(folder, 'initdb')));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
