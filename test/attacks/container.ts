/**
 * The attacks that need isolation once more, rendered in a container of their own: `npm run attacks:container`. Other arguments
 * than none are Jest's, to run other attacks there. `--jail` gives the container user namespaces.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { isRoot, makePlace } from '../support/container.ts';
import { needed } from './isolation.ts';

const asked = process.argv.slice(2).filter((argument) => argument !== '--jail');
const inside = isRoot && !process.argv.includes('--jail') ? 'chroot' : 'jail';
const titles = needed.map(([title]) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
const attacks = asked.length > 0 ? asked : ['test/attacks/helm', 'test/attacks/kustomize', '-t', titles.join('|')];

// What the attacks reach for lies in the folder for temporary files: here the container has it too.
await using place = await makePlace({ inside, shared: [tmpdir()] });
await place.start();
console.log(`The container isolates by ${inside}.`);
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const run = spawn(process.execPath, [...jest, ...attacks], {
  env: { ...process.env, PLIMSOLL_SANDBOX_SOCKET: place.socket },
  stdio: 'inherit',
});
const [code] = (await once(run, 'close')) as [number | null];
process.exitCode = code ?? 1;
