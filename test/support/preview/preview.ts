/**
 * Shows what people will see, as pages and (where a Chromium is installed) as pictures:
 *
 *   npm run preview -- FOLDER                        check runs of the examples' pull requests, and the overview of a scan
 *   npm run preview -- FOLDER REPOSITORY BASE HEAD   the check run of two commits of any repository
 *   npm run preview -- FOLDER REPOSITORY             the overview of any repository
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { checks } from '../../../checks/index.ts';
import { begin } from '../../../src/entry/begin.ts';
import type { CliOptions } from '../../../src/entry/cli.ts';
import { diff, scan } from '../../../src/entry/scan.ts';
import { toCheckRun } from '../../../src/report/check-run.ts';
import { toOverview } from '../../../src/report/overview.ts';
import { removeTemporary, run, temporary } from '../../tree/repository.ts';
import { examplePulls, exampleRepository } from '../examples.ts';
import { checkRunPage, markdownPage } from './page.ts';
import { screenshots } from './screenshots.ts';

const known = new Map(checks.map((check) => [check.id, check]));
const given: CliOptions = { format: 'text', sandbox: 'auto', suggest: true };
const [folder, repository, base, head] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder to write to.');
const out = resolve(folder);
mkdirSync(out, { recursive: true });
if (repository === undefined) await examples();
else if (base === undefined) await overview(resolve(repository));
else await checkRun('check-run', resolve(repository), base, head ?? 'HEAD');
for (const picture of await screenshots(out)) console.log(picture);

async function examples(): Promise<void> {
  for (const pull of examplePulls()) {
    const work = temporary();
    run(work, ['init', '-q', '-b', 'main']);
    for (const files of [exampleRepository, pull.folder]) {
      cpSync(files, work, { recursive: true });
      run(work, ['add', '-A']);
      run(work, ['commit', '-q', '--allow-empty', '-m', pull.title]);
    }
    await checkRun(pull.name, work, 'HEAD~1', 'HEAD');
  }
  removeTemporary();
  await overview(exampleRepository);
}

async function checkRun(name: string, work: string, from: string, to: string): Promise<void> {
  process.chdir(work);
  const report = await diff(await begin(from, to), given);
  const blobUrl = 'https://github.com/acme/gitops/blob/head';
  write(name, checkRunPage(toCheckRun(report, { checks: known, report: 'introduced', blobUrl })));
}

async function overview(work: string): Promise<void> {
  process.chdir(work);
  write('overview', markdownPage(toOverview(await scan(['.'], given), { checks: known })));
}

function write(name: string, page: string): void {
  writeFileSync(join(out, `${name}.html`), page);
}
