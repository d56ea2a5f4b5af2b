#!/usr/bin/env node
// The command. Plain JavaScript, so that an old Node can say what is missing instead of failing on the first type.
import { enableCompileCache } from 'node:module';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`plimsoll needs Node 22.18 or later; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  enableCompileCache?.();
  const { main } = await import('./cli.ts');
  process.exitCode = await main(process.argv.slice(2));
}
