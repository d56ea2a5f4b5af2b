import { PlimsollError } from '../../errors.ts';
import type { HelmUnit, Tree } from '../../model.ts';
import { placeIn, words } from '../failure.ts';
import { listingOf } from '../listing.ts';
import { join } from '../paths.ts';
import { commitDependencies } from '../prescan/chart.ts';
import { secretValues } from '../secret-values.ts';
import type { ToolResult } from '../sandbox.ts';
import { trimEnd } from '../../trim.ts';
import type { Sources } from './source.ts';

/** `chart/templates/x.yaml:12:3`, `parse error at (chart/templates/x.yaml:4)`, `YAML parse error on chart/templates/x.yaml`. */
const place = /([^\s:"'()]+)(?::(\d+))?/g;
const inChart = /\/(?:templates|crds|charts)\/.*\.[A-Za-z]+$/;
const yamlLine = /yaml: line (\d+)/;

/** What to do when `helm template` failed, as an error that names file and line as far as helm does. */
export async function helmFailure(
  unit: HelmUnit,
  result: ToolResult,
  tree: Tree,
  sources: Sources,
  folders: readonly string[],
): Promise<PlimsollError> {
  const place = await placeOf(unit, words(result.stderr, folders), tree, sources);
  const files = [...(await listingOf(tree)).filesBelow(unit.root), ...unit.values];
  const secrets = await secretValues(
    tree,
    [...new Set(files)],
    unit.inlineValues?.map(({ values }) => values),
  );
  const said =
    words(result.stderr, folders, secrets) || `helm ended with exit code ${result.exitCode} and said nothing`;
  return new PlimsollError(
    'helm-failed',
    `helm could not render ${unit.id.slice('helm:'.length)}: ${said}`,
    hintFor(said),
    place,
  );
}

async function placeOf(
  unit: HelmUnit,
  said: string,
  tree: Tree,
  sources: Sources,
): Promise<{ file?: string; line?: number }> {
  const candidates: { file: string; line?: number }[] = [];
  // The innermost template is named last; what it was included from before it.
  for (const [, word = '', line] of [...said.matchAll(place)].reverse()) {
    const source = trimEnd(word, '.,;>').replace(/^[^A-Za-z0-9_.]+/, '');
    const file = inChart.test(source) ? sources.fileOf(source) : '';
    // A YAML error counts lines in the rendered text, so it gives no line of the template.
    if (file !== '') candidates.push(line === undefined ? { file } : { file, line: Number(line) });
  }
  // helm names a template twice, and its line once.
  candidates.sort((a, b) => Number(a.line === undefined) - Number(b.line === undefined));
  const line = yamlLine.exec(said)?.[1];
  const values = unit.values.findLast((file) => said.includes(file));
  if (values !== undefined) candidates.push({ file: values, ...(line === undefined ? {} : { line: Number(line) }) });
  for (const name of ['values.yaml', 'Chart.yaml', 'values.schema.json'])
    if (said.includes(`cannot load ${name}`))
      candidates.push({ file: join(unit.root, name), ...(line === undefined ? {} : { line: Number(line) }) });
  if (said.includes("don't meet the specifications of the schema"))
    candidates.push({ file: unit.values.at(-1) ?? join(unit.root, 'values.yaml') });
  candidates.push({ file: join(unit.root, 'Chart.yaml') });
  return placeIn(tree, candidates);
}

function hintFor(said: string): string {
  if (said.includes('missing in charts/ directory')) return commitDependencies;
  if (said.includes("don't meet the specifications of the schema"))
    return 'Mend the values, or the schema that refuses them.';
  if (said.includes('error converting YAML to JSON'))
    return 'The rendered text is no YAML; the line counts in the rendered document. Mostly it is indentation.';
  if (said.includes('nil pointer evaluating'))
    return 'Set the value in values.yaml, or guard the access with `with` or `default`.';
  return 'Mend the chart or its values; `helm template` shows the same on your machine.';
}
