import { createHash } from 'node:crypto';
import { parseSettings } from '../../../src/config.ts';
import type { Review, VerifiedFixes } from '../../../src/github/job.ts';
import type { Finding, Report } from '../../../src/model.ts';
import { toCheckRun } from '../../../src/report/check-run.ts';
import { reviewComments } from '../../../src/report/review-comment.ts';
import type { GitHub } from './github.ts';

const file = 'deploy.yaml';
const noChecks = new Map();

/**
 * A review without rendering, for tests of what is made of one: each line `fault: NAME` of `deploy.yaml` is a finding, introduced
 * when the base has no such line; `fix: NAME` mends it. `broken:` cannot be judged. Settings and waivers are the base's.
 */
export function faultReview(github: GitHub): Review {
  return async (job, access) => {
    const from = await access.mergeBase(job.baseSha, job.headSha);
    const settings = parseSettings(
      (await access.readFile('.github/plimsoll.yml', job.baseSha)) ?? '',
      '',
      noChecks,
    ).settings;
    const [base = '', head = ''] = [await access.readFile(file, from), await access.readFile(file, job.headSha)];
    const broken = /^broken:/m.test(head);
    const before = new Set(names(base));
    const findings = broken ? [] : head.split('\n').flatMap((text, index) => findingOn(text, index + 1, before));
    for (const finding of findings) {
      const waiver = settings.waivers.find(({ check }) => check === finding.check);
      if (waiver !== undefined) finding.waiver = { reason: waiver.reason, source: 'settings' };
    }
    const repository = `${job.owner}/${job.repo}`;
    const failing = findings.some(({ status, waiver }) => status === 'introduced' && waiver === undefined);
    const unit = { id: 'plain:.', kind: 'plain' as const, root: '.', variant: '', milliseconds: 1, resources: 1 };
    const report: Report = {
      repository,
      ...(job.pull === undefined ? {} : { pull: job.pull }),
      base: from,
      head: job.headSha,
      units: [{ ...unit, because: [], status: broken ? 'failed' : 'rendered' }],
      findings,
      problems: broken ? [{ code: 'yaml-broken', message: 'deploy.yaml is broken.', hint: 'Mend it.', file }] : [],
      notices: [],
      images: [],
      diffs: [],
      failOn: settings.failOn,
      conclusion: failing || broken ? 'failure' : 'success',
      milliseconds: 1,
    };
    const fixes = fixesOf(findings, head);
    const rendered = toCheckRun(report, { checks: noChecks, report: 'introduced' });
    if (!settings.review || settings.comments === 'off' || job.draft || job.pull === undefined)
      return { kind: 'report', report, rendered, fixes };
    const items = reviewComments(report, {
      checks: noChecks,
      comments: settings.comments,
      hunks: await github.forge.diffLines(repository, from, job.headSha),
      lines: () => head.split('\n'),
    });
    return { kind: 'report', report, rendered, comments: { items, limit: settings.commentLimit }, fixes };
  };
}

function fixesOf(findings: readonly Finding[], head: string): VerifiedFixes {
  const open = findings.filter(({ status, waiver }) => status === 'introduced' && waiver === undefined);
  const lines = head.split('\n');
  const made = open.flatMap(({ suggestion }) => {
    if (suggestion === undefined) return [];
    const { span, text, description } = suggestion;
    lines[span.startLine - 1] = text;
    return [{ file, line: span.startLine, description }];
  });
  return { files: made.length === 0 ? {} : { [file]: lines.join('\n') }, made, left: 0 };
}

function names(text: string): string[] {
  return [...text.matchAll(/^ *fault: (\S+)/gm)].map(([, name = '']) => name);
}

function findingOn(text: string, line: number, before: ReadonlySet<string>): Finding[] {
  const [, indent = '', check] = /^( *)fault: (\S+)/.exec(text) ?? [];
  if (check === undefined) return [];
  const span = { startLine: line, startColumn: indent.length + 1, endLine: line, endColumn: text.length + 1 };
  return [
    {
      fingerprint: createHash('sha256').update(check).digest('hex').slice(0, 32),
      check,
      severity: 'high',
      message: `The fault ${check}.`,
      status: before.has(check) ? 'existing' : 'introduced',
      resource: { apiVersion: 'v1', kind: 'Pod', namespace: '', name: check },
      unit: 'plain:.',
      variants: ['plain:.'],
      path: ['fault'],
      location: { file, span, precision: 'exact', trail: [] },
      // A fault without a known fix.
      ...(check.startsWith('stubborn')
        ? {}
        : { suggestion: { file, span, text: `fix: ${check}`, description: `Mend ${check}.` } }),
    },
  ];
}
