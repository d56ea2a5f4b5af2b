#!/usr/bin/env node
// The command. Plain JavaScript, so that an old Node can say what is missing instead of failing on the first type.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`plimsoll needs Node 22.18 or later; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  keepCompiledCode();
  const { main } = await import(isBuilt() ? '../../dist/cli.js' : './cli.ts');
  process.exitCode = await main(process.argv.slice(2));
}

/** Whether there is a bundle made from the files as they are now. What is installed as a package has the bundle alone. */
function isBuilt() {
  if (statSync(`${root}src/entry/cli.ts`, { throwIfNoEntry: false }) === undefined) return true;
  if (statSync(`${root}dist/inputs.json`, { throwIfNoEntry: false }) === undefined) return false;
  return JSON.parse(readFileSync(`${root}dist/inputs.json`, 'utf8')).every(([file, size, time]) => {
    const now = statSync(root + file, { throwIfNoEntry: false });
    return now?.size === size && now.mtimeMs === time;
  });
}

/** In a folder that nobody else may write to: what lies there is run. Node's own default is shared by all users. */
function keepCompiledCode() {
  const { PLIMSOLL_CACHE, XDG_CACHE_HOME, NODE_COMPILE_CACHE } = process.env;
  const user = process.getuid?.();
  const cache = PLIMSOLL_CACHE || `${XDG_CACHE_HOME || (user === 0 ? '/var/cache' : `${homedir()}/.cache`)}/plimsoll`;
  try {
    mkdirSync(`${cache}/code`, { recursive: true, mode: user === 0 ? 0o755 : 0o700 });
    const isOurs = [cache, `${cache}/code`].every((folder) => {
      const { uid, mode } = statSync(folder);
      return user === undefined || (uid === user && (mode & 0o022) === 0);
    });
    if (isOurs) module.enableCompileCache?.(NODE_COMPILE_CACHE || `${cache}/code`);
  } catch (error) {
    // Without a place to keep it the code is compiled again; what needs the folder more says what is wrong with it.
    if (error?.code === undefined) throw error;
  }
}
