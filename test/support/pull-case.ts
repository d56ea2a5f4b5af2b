import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checks } from '../../checks/index.ts';
import { parseSettings, settingsFiles } from '../../src/config.ts';
import { exitCode } from '../../src/entry/cli.ts';
import { newSettingsProblems } from '../../src/entry/wiring.ts';
import type { Report } from '../../src/model.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { toText } from '../../src/report/text.ts';
import { review } from '../../src/review.ts';
import { defaultSettings } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { changesBetween, hunks } from '../../src/tree/diff.ts';
import { repository, run } from '../tree/repository.ts';

/** What a folder of files cannot hold: odd bytes, links, many documents; and entries that only an index can have. */
export interface Made {
  files?: Record<string, string | Buffer>;
  /** Runs in the work tree after its files were added, before they are committed. */
  index?(folder: string): void;
}

/** Two commits, from the folders `base` and `head` of the case and from what is made at test time. */
export interface PullCase {
  folder: string;
  base?: Made;
  head?: Made;
}

const known = new Map(checks.map((check) => [check.id, check]));

/** Three checks speak for all, so that a new check leaves these reports as they are. */
const judged = ['privileged-container', 'image-tag-latest', 'yaml-parse-problem'];

/** Reviews the case as the App would: settings from the base, the commits over git, the real tools. */
export async function reviewCase(pull: PullCase, sandbox: Sandbox): Promise<Report> {
  const work = repository();
  const base = commitSide(work, join(pull.folder, 'base'), pull.base);
  const head = commitSide(work, join(pull.folder, 'head'), pull.head);
  const git = { gitDir: join(work, '.git') };
  const changes = await changesBetween(git, base, head);
  const file = settingsFiles.find((name) => existsSync(join(pull.folder, 'base', name)));
  const text = file === undefined ? undefined : await commitTree(git, base, defaultSettings.limits).read(file);
  const { settings, problems } =
    file === undefined || text === undefined
      ? { settings: defaultSettings, problems: [] }
      : parseSettings(text.toString(), file, known);
  const tree = commitTree(git, head, settings.limits);
  return review(
    {
      repository: 'example/gitops',
      pull: 1,
      base: commitTree(git, base, settings.limits),
      head: tree,
      changes,
      settings,
      ...(file === undefined ? {} : { settingsFile: file }),
      settingsProblems: [...problems, ...(await newSettingsProblems(tree, changes))],
      checks: judged,
    },
    {
      sandbox,
      loadChecks: () => Promise.resolve(checks),
      concurrency: 2,
      today: '2026-01-01',
      now: () => performance.now(),
      writtenLines: (files) =>
        hunks(
          git,
          base,
          head,
          changes.filter(({ path }) => files.includes(path)),
          0,
        ),
    },
  );
}

/** The report as a terminal shows it, under a line with what a program is told. Times are masked. */
export function textOf(report: Report): string {
  const text = toText(report, { colour: false, all: false, checks: known });
  return `# ${report.conclusion}, exit ${exitCode(report)}\n${text.replaceAll(/ in \d+\.\d s:/g, ' in _ s:')}`;
}

function commitSide(work: string, folder: string, made: Made = {}): string {
  for (const name of readdirSync(work)) if (name !== '.git') rmSync(join(work, name), { recursive: true });
  if (existsSync(folder)) cpSync(folder, work, { recursive: true });
  for (const [path, content] of Object.entries(made.files ?? {})) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), content);
  }
  run(work, ['add', '-A', '-f']);
  made.index?.(work);
  run(work, ['commit', '-q', '--allow-empty', '-m', 'change']);
  return run(work, ['rev-parse', 'HEAD']);
}
