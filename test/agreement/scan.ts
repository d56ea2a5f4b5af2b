/**
 * Runs `plimsoll scan FOLDER` with the settings of a file and prints its JSON, every finding twice: under its check, and under
 * the check and the one setting it is about (`apiserver-audit-log/audit-log-maxage`). Other tools have a check a setting where
 * ours has one finding a setting, and are compared by the second.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

interface Finding {
  check: string;
  message: string;
  path: (string | number)[];
}

const [folder = '.', settings] = process.argv.slice(2);
const program = fileURLToPath(new URL('../../src/entry/plimsoll.js', import.meta.url));
const run = spawnSync(
  process.execPath,
  [
    ...[program, 'scan', folder, '--format', 'json', '--checks', 'all'],
    ...(settings === undefined ? [] : ['--config', settings]),
  ],
  { encoding: 'utf8', maxBuffer: 1 << 30 },
);
process.stderr.write(run.stderr);
const report = JSON.parse(run.stdout) as { findings: Finding[] };
report.findings = report.findings.flatMap((finding) => {
  const flag = /--([a-z][a-z0-9-]*)/.exec(finding.message)?.[1];
  const setting = flag ?? finding.path.findLast((step) => typeof step === 'string');
  return setting === undefined ? [finding] : [finding, { ...finding, check: `${finding.check}/${setting}` }];
});
process.stdout.write(JSON.stringify(report));
process.exitCode = run.status ?? 3;
