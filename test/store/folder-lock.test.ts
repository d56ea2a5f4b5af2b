import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/store/database.ts';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { migrate } from '../../src/store/migrations.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('A folder that a running process has is refused, naming the process and the way out.', () => {
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`The data folder ${folder} is in use by process ${process.pid}.`);
  unlock();
  lockFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test('What a killed process left behind is taken over.', async () => {
  const module = fileURLToPath(new URL('../../src/store/folder-lock.ts', import.meta.url));
  const script = `const { lockFolder } = await import(${JSON.stringify(module)}); lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(() => lockFolder(folder)).toThrow(`process ${child.pid ?? 0}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockFolder(folder)();
});

test('A number that is another process’ by now holds nothing.', () => {
  writeFileSync(join(folder, 'lock'), `${process.pid} 1\n`);
  lockFolder(folder)();
});

test('What the embedded database was given is there when it is opened again, and one process has it at a time.', async () => {
  const first = await openDatabase({ folder });
  await migrate(first);
  await first.query("insert into plimsoll.delivery (guid) values ('kept')");
  await expect(openDatabase({ folder })).rejects.toMatchObject({ code: 'store-locked' });
  await first.close();
  const second = await openDatabase({ folder });
  expect(await second.query('select guid from plimsoll.delivery')).toEqual([{ guid: 'kept' }]);
  await second.close();
});

test('A PostgreSQL that does not answer is named without user and password.', async () => {
  const refused = openDatabase({ url: 'postgres://someone:hunter2@127.0.0.1:1/plimsoll' });
  await expect(refused).rejects.toMatchObject({ code: 'store-unreachable' });
  await expect(refused).rejects.toThrow(/^The database at 127\.0\.0\.1:1\/plimsoll does not answer/);
});
