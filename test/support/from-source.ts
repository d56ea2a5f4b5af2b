/** The command from its sources, whatever bundle there is. */
import process from 'node:process';
import { main } from '../../src/entry/cli.ts';

process.exitCode = await main(process.argv.slice(2));
