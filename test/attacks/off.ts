/**
 * The attacks once more, with the jail off: those below must get through then, or the tests would pass on anything. Each
 * has to fail by what it is about (the secret was printed, a connection was made), not merely by other words.
 * `npm run attacks:off`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needed, type Breach } from './isolation.ts';

interface Results {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-off-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const output = join(folder, 'results.json');
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
spawnSync(
  process.execPath,
  [...jest, 'test/attacks/helm.test.ts', 'test/attacks/kustomize.test.ts', '--json', `--outputFile=${output}`],
  { env: { ...process.env, PLIMSOLL_ATTACKS_SANDBOX: 'off' }, stdio: 'ignore' },
);
const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Results;
const results = testResults.flatMap(({ assertionResults }) => assertionResults);
if (results.length === 0) throw new Error('No attack ran: see `npm test -- test/attacks`.');

function breachOf(title: string): Breach | undefined {
  const said = results.find((one) => one.title === title)?.failureMessages.join('\n') ?? '';
  if (said.includes('the secret outside was printed')) return 'printed';
  return /\d+ connections were made/.test(said) ? 'connected' : undefined;
}

const rows = needed.map(([title, breach]) => ({ title, breach, found: breachOf(title) }));
for (const { title, breach, found } of rows)
  process.stdout.write(`${found === breach ? 'bites' : 'DOES NOT BITE'}  ${(found ?? '-').padEnd(9)}  ${title}\n`);
const known = new Set(needed.map(([title]) => title));
const others = results.filter(({ title }) => !known.has(title) && breachOf(title) !== undefined);
for (const { title } of others) process.stdout.write(`NOT LISTED  ${breachOf(title)}  ${title}\n`);
const mild = results.filter(({ title, status }) => status === 'failed' && breachOf(title) === undefined);
for (const { title } of mild) process.stdout.write(`other words, nothing got out  ${title}\n`);

const wrong = rows.filter(({ breach, found }) => found !== breach).length + others.length;
process.stdout.write(
  `\n${rows.length} attacks need isolation; ${wrong === 0 ? 'without it every one of them gets through.' : `${wrong} are not as listed.`}\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
