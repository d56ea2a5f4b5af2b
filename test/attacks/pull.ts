import { rmSync } from 'node:fs';
import { checks } from '../../checks/index.ts';
import type { Problem, Report } from '../../src/model.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { review } from '../../src/review.ts';
import { defaultSettings, type Settings } from '../../src/settings.ts';
import { changesBetween } from '../../src/tree/diff.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { bareRepository, commitOf, type Entry } from './commit.ts';

export interface HostilePull {
  head: Record<string, Entry>;
  /** What stood there before; a README when absent. */
  base?: Record<string, Entry>;
  settings?: Partial<Settings>;
  /** Two speak for all when absent. */
  checks?: 'all' | readonly string[];
}

const judged = ['privileged-container', 'image-tag-latest'];

/** Reviews a pull request as the App does, from commits. */
export async function reviewPull(pull: HostilePull, sandbox: Sandbox): Promise<Report> {
  const repository = bareRepository();
  try {
    const git = { gitDir: repository };
    const base = commitOf(repository, { 'README.md': 'Hello', ...pull.base });
    const head = commitOf(repository, { 'README.md': 'Hello', ...pull.head });
    const settings = { ...defaultSettings, ...pull.settings };
    return await review(
      {
        repository: 'example/gitops',
        pull: 1,
        base: commitTree(git, base, settings.limits),
        head: commitTree(git, head, settings.limits),
        changes: await changesBetween(git, base, head),
        settings,
        settingsProblems: [],
        checks: pull.checks ?? judged,
      },
      {
        sandbox,
        loadChecks: () => Promise.resolve(checks),
        concurrency: 2,
        today: '2026-01-01',
        now: () => performance.now(),
      },
    );
  } finally {
    rmSync(repository, { recursive: true, force: true });
  }
}

/** What its author is told: a line for each problem and notice. */
export function told(report: Report): string[] {
  const line = ({ code, message, file, line: at }: Pick<Problem, 'code' | 'message' | 'file' | 'line'>): string =>
    `${file ?? ''}${at === undefined ? '' : `:${at}`} ${code}: ${message}`.trimStart();
  return [...report.problems.map(line), ...report.notices.map((notice) => line(notice))];
}
