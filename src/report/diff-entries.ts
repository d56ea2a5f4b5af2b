import type { Report } from '../model.ts';
import { fence, htmlText } from './escape.ts';
import { resourceName } from './summarize.ts';
import { unitLabel } from './unit-label.ts';

/** Every changed object as a folded diff; the same change in several units once, with all of them. */
export function diffEntries(report: Report): string[] {
  const groups = Map.groupBy(report.diffs, ({ resource, change, diff }) => JSON.stringify([resource, change, diff]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const units = group.map(({ unit }) => unitLabel(unit, report.units));
    const more = units.length > 1 ? ` and ${units.length - 1} more` : '';
    const title = `${resourceName(first.resource)}: ${first.change}, ${size(first.diff)}, from ${units[0] ?? ''}${more}`;
    return [`<details><summary>${htmlText(title)}</summary>\n\n${fence(first.diff, 'diff')}\n\n</details>\n`];
  });
}

function size(diff: string): string {
  const lines = diff.split('\n');
  const count = (sign: string): number => lines.filter((one) => one.startsWith(sign)).length;
  return `+${count('+')} −${count('-')}`;
}
