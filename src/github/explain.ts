import { nearestName } from '../nearest.ts';
import { code, prose } from '../report/escape.ts';
import type { ChecksById } from './job.ts';

/** What a check looks for and why, as markdown; for an unknown one, what was perhaps meant. */
export function explain(id: string, checks: ChecksById): string {
  const check = checks.get(id);
  if (check === undefined) return unknownCheck(id, checks);
  const standards = Object.entries<readonly string[] | undefined>({ ...check.standards }).map(
    ([name, ids = []]) => `- ${prose(name)}: ${ids.map((one) => code(one)).join(', ')}`,
  );
  return [
    `**${prose(check.title)}** (${code(check.id)}, severity ${check.severity}, ${check.default} by default)`,
    prose(check.why),
    `**Fix:** ${prose(check.remedy)}`,
    ...(standards.length === 0 ? [] : [`Asked for by:\n${standards.join('\n')}`]),
  ].join('\n\n');
}

export function unknownCheck(id: string, checks: ChecksById): string {
  const meant = nearestName(id, checks.keys());
  return `There is no check ${code(id)}.${meant === undefined ? '' : ` Did you mean ${code(meant)}?`} \`plimsoll checks\` lists all of them.`;
}
