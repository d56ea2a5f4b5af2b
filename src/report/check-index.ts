import type { Check, Standards } from '../check.ts';
import { severities } from '../model.ts';
import { peerNames } from './check-page.ts';
import { standardsOf } from './standards.ts';

/** The list of all pages in Markdown: by severity, then by standard. */
export function checkList(checks: readonly Check[]): string {
  const on = checks.filter((check) => check.default === 'on').length;
  const bySeverity = severities.toReversed().flatMap((severity) => {
    const some = checks.filter((check) => check.severity === severity);
    return some.length === 0 ? [] : [`### ${severity} (${some.length})`, table(some)];
  });
  return `${[
    '# Checks',
    `${checks.length} checks, ${on} of them on by default. \`plimsoll checks\` lists them, \`plimsoll checks ID\` shows a page, and \`plimsoll checks --from checkov:CKV_K8S_16\` tells which of them are another tool's (${Object.values(peerNames).join(', ')}).`,
    'By severity · [By standard](#by-standard)',
    '## By severity',
    ...bySeverity,
    '## By standard',
    ...byStandard(checks),
  ].join('\n\n')}\n`;
}

function table(checks: readonly Check[]): string {
  const rows = checks.map(
    (check) => `| ${linkTo(check)} | ${check.title} | ${check.category.replaceAll('-', ' ')} | ${check.default} |`,
  );
  return ['| check | | category | default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function byStandard(checks: readonly Check[]): string[] {
  const keys: readonly (keyof Standards)[] = ['pss', 'cis', 'nsa', 'mitre'];
  return keys.flatMap((key) => {
    const answering = new Map<string, { url: string | undefined; checks: Check[] }>();
    let heading = '';
    for (const check of checks)
      for (const { name, url, references } of standardsOf({ [key]: check.standards?.[key] ?? [] })) {
        heading = `### [${name}](${url})`;
        for (const reference of references) {
          const entry = answering.get(reference.label) ?? { url: reference.url, checks: [] };
          entry.checks.push(check);
          answering.set(reference.label, entry);
        }
      }
    const rows = [...answering]
      .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .map(
        ([label, { url, checks: some }]) =>
          `| ${url === undefined ? label : `[${label}](${url})`} | ${some.map(linkTo).join(', ')} |`,
      );
    return rows.length === 0 ? [] : [heading, ['| | checks |', '| --- | --- |', ...rows].join('\n')];
  });
}

const linkTo = (check: Check): string => `[\`${check.id}\`](${check.id}.md)`;
