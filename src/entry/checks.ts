import type { Check } from '../check.ts';
import { PlimsollError } from '../errors.ts';

/** All checks by id. Loaded on first use: it is the largest part of the program. */
export async function checkIndex(): Promise<ReadonlyMap<string, Check>> {
  const { checks } = await import('../../checks/index.ts');
  return new Map(checks.map((check) => [check.id, check]));
}

/** Text or JSON of the catalogue, or of one check. Throws `PlimsollError` with code `usage` for an unknown id. */
export async function listChecks(id: string | undefined, format: string): Promise<string> {
  const index = await checkIndex();
  if (id === undefined) {
    const all = [...index.values()];
    if (format === 'json') return `${JSON.stringify(all.map(data), null, 2)}\n`;
    const width = Math.max(...all.map((check) => check.id.length));
    const rows = all.map(
      (check) => `${check.id.padEnd(width)}  ${check.severity.padEnd(8)}  ${check.default.padEnd(3)}  ${check.title}`,
    );
    return `${rows.join('\n')}\n\n${all.length} checks, ${all.filter((check) => check.default === 'on').length} on by default.\n`;
  }
  const check = index.get(id);
  if (check === undefined)
    throw new PlimsollError('usage', `There is no check "${id}".`, 'plimsoll checks lists all of them.');
  return format === 'json' ? `${JSON.stringify(data(check), null, 2)}\n` : page(check);
}

function data(check: Check): Record<string, unknown> {
  return Object.fromEntries(Object.entries(check).filter(([key]) => key !== 'run'));
}

function page(check: Check): string {
  const lists = (title: string, entries: Record<string, readonly string[]> | undefined): string[] =>
    entries === undefined || Object.keys(entries).length === 0
      ? []
      : ['', title, ...Object.entries(entries).map(([name, ids]) => `  ${name}: ${ids.join(', ')}`)];
  return [
    `${check.id}: ${check.title}`,
    `severity ${check.severity}, ${check.category}, ${check.default} by default`,
    '',
    `Why it matters: ${check.why}`,
    '',
    `Fix: ${check.remedy}`,
    ...(check.options === undefined
      ? []
      : [
          '',
          'Options',
          ...Object.entries(check.options).map(
            ([name, option]) =>
              `  ${name} (${option.type}, default ${JSON.stringify(option.default)}): ${option.describe}`,
          ),
        ]),
    ...lists('Standards', check.standards as Record<string, readonly string[]> | undefined),
    ...lists('The same in other tools', check.peers),
    '',
  ].join('\n');
}
