import type { Report } from '../model.ts';
import { code, prose } from './escape.ts';
import { diffEntries } from './diff-entries.ts';
import { imageRows } from './image-rows.ts';
import { joinSections, type Section } from './sections.ts';
import { plural } from './summarize.ts';
import { markdownLimit, whereElse } from './summary.ts';
import { unitLabel } from './unit-label.ts';

/** The markdown under a check run's summary, folded: images, rendered diff, units. Undefined when nothing was rendered. */
export function detailsMarkdown(
  report: Report,
  options: { reportUrl?: string },
  limit = markdownLimit,
): string | undefined {
  const diffs = diffEntries(report);
  const omitted = report.diffsOmitted ?? 0;
  const sections: Section[] = [
    { title: imagesTitle(report), items: imageRows(report), collapsed: true },
    { title: unitsTitle(report), items: unitRows(report), collapsed: true },
    {
      title: `Rendered diff: ${plural(diffs.length + omitted, 'object')}`,
      items: diffs,
      collapsed: true,
      ...(omitted === 0
        ? {}
        : {
            closing: `${plural(omitted, 'more object')} changed: too long to be shown here; ${whereElse(options.reportUrl)}.`,
          }),
    },
  ].filter(({ items }) => items.length > 0);
  return sections.length === 0 ? undefined : joinSections('', sections, limit, whereElse(options.reportUrl));
}

function imagesTitle({ images }: Report): string {
  const come = images.filter(({ before }) => before === undefined).length;
  const go = images.filter(({ after }) => after === undefined).length;
  const change = images.length - come - go;
  const counts = [
    ...(change > 0 ? [`${change} changed`] : []),
    ...(come > 0 ? [`${come} new`] : []),
    ...(go > 0 ? [`${go} gone`] : []),
  ];
  return `Images: ${counts.join(', ')}`;
}

function unitsTitle({ units, milliseconds }: Report): string {
  const failed = units.filter(({ status }) => status === 'failed').length;
  const skipped = units.filter(({ status }) => status === 'skipped').length;
  const counts = [
    `${units.length - failed - skipped} rendered`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `Units: ${counts.join(', ')}, in ${milliseconds < 100 ? 'under 0.1' : (milliseconds / 1000).toFixed(1)} s`;
}

const kinds = { helm: 'chart', kustomize: 'kustomization', plain: 'manifests' } as const;

function unitRows(report: Report): string[] {
  const rows = report.units.map((unit) => {
    const why = unit.because[0];
    const more = unit.because.length > 1 ? `; ${plural(unit.because.length - 1, 'more reason')}` : '';
    const result = unit.problem === undefined ? unit.status : `${unit.status}: ${prose(unit.problem, 200)}`;
    const because = why === undefined ? '' : `${code(why.file)} ${prose(why.reason)}${more}`;
    return `| ${code(unitLabel(unit.id, report.units), 200)} | ${kinds[unit.kind]} | ${result} | ${unit.resources} | ${(unit.milliseconds / 1000).toFixed(2)} s | ${because} |`;
  });
  const [first, ...rest] = rows;
  if (first === undefined) return [];
  return [
    `| unit | kind | result | objects | time | judged because |\n| --- | --- | --- | ---: | ---: | --- |\n${first}`,
    ...rest,
  ];
}
