import type { Trial } from './again.ts';
import type { ChartTemplates } from './chart-templates.ts';
import { mapLines, type LineMap } from './line-map.ts';
import type { HelmRender } from './render.ts';

/** The name that helm prints the chart's templates under. */
export function chartOf(text: string): string {
  return /^# Source: ([^/\n]+)\//m.exec(text)?.[1] ?? '';
}

/** Maps the lines of a render to its templates. Spends one render with marks, more where a template cannot bear them. */
export function lineMapOf(
  render: Pick<HelmRender, 'text' | 'sources' | 'unit'>,
  templates: ChartTemplates,
  trial: Trial,
): Promise<LineMap> {
  const { sources } = templates;
  const templateOf = (source: string): string | undefined => {
    const path = source.slice(source.indexOf('/') + 1);
    if (sources.has(path)) return path;
    // A subchart may be printed under its alias: its file is found by where the source leads.
    const file = render.sources.fileOf(source);
    const prefix = render.unit.root === '.' ? '' : `${render.unit.root}/`;
    return file.startsWith(prefix) && sources.has(file.slice(prefix.length)) ? file.slice(prefix.length) : undefined;
  };
  return mapLines({
    plain: render.text,
    sources,
    templateOf,
    instrument: (unmarked) => templates.instrument(unmarked),
    unmarked: templates.unmarked,
    renderMarked: (files) => trial.withTemplates(files),
  });
}
