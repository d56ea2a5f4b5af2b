import type { Notice, Problem } from '../../model.ts';
import { itemsOf, joined, quoted, scanFile, textOf, valueOf } from './prescan.ts';
import type { Prescan, ScannedTree } from './prescan.ts';
import { remoteSchemaReference } from './schema.ts';

export interface ChartPrescan extends Prescan {
  /** A values schema wants the network: render with schema validation off; a notice says so. */
  skipSchemaValidation: boolean;
}

/**
 * Looks at a chart before helm does: dependencies that are not in `charts/` (`dependency-not-vendored`), and
 * values schemas that would be fetched.
 *
 * @param root the chart's folder, relative to the repository
 */
export async function prescanChart(root: string, tree: ScannedTree): Promise<ChartPrescan> {
  const below = root === '.' ? '' : `${root}/`;
  const paths = (await tree.entries()).map((entry) => entry.path).filter((path) => path.startsWith(below));
  const problems: Problem[] = [];
  for (const name of ['Chart.yaml', 'requirements.yaml'])
    problems.push(...(await missingDependencies(`${below}${name}`, `${below}charts/`, paths, tree)));
  const notices: Notice[] = [];
  for (const file of paths) {
    if (!/^(?:charts\/[^/]+\/)*values\.schema\.json$/.test(file.slice(below.length))) continue;
    const reference = remoteSchemaReference((await tree.read(file))?.toString('utf8') ?? '');
    if (reference !== undefined)
      notices.push({
        code: 'schema-validation-skipped',
        message: `The schema refers to ${quoted(reference)}, which is not fetched; the values were not validated.`,
        file,
      });
  }
  return { problems, notices, skipSchemaValidation: notices.length > 0 };
}

async function missingDependencies(
  file: string,
  charts: string,
  paths: readonly string[],
  tree: ScannedTree,
): Promise<Problem[]> {
  const scanned = await scanFile(tree, file);
  const document = scanned?.documents[0];
  if (scanned === undefined || document === undefined) return [];
  const dependencies = itemsOf(document, valueOf(document, document.contents, 'dependencies'));
  if (dependencies.length === 0) return [];
  const vendored = await vendoredNames(charts, paths, tree);
  return dependencies.flatMap((dependency) => {
    const name = textOf(valueOf(document, dependency, 'name'));
    if (name === undefined || vendored.has(name)) return [];
    const archive = `${charts}${name}-`;
    if (paths.some((path) => path.startsWith(archive) && path.endsWith('.tgz'))) return [];
    const repository = textOf(valueOf(document, dependency, 'repository')) ?? '';
    const line = scanned.lineOf(dependency);
    return [
      {
        code: 'dependency-not-vendored',
        message: `Dependency not vendored: ${quoted(name)} of ${repository === '' ? 'no repository' : quoted(repository)} is not in ${charts}.`,
        hint:
          localHint(repository, file) ??
          'Run "helm dependency update" and commit charts/; nothing is fetched while rendering.',
        file,
        ...(line === undefined ? {} : { line }),
      },
    ];
  });
}

function localHint(repository: string, file: string): string | undefined {
  if (!repository.startsWith('file:')) return undefined;
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  const target = joined(folder, repository.replace(/^file:\/\//, ''));
  return target === undefined
    ? 'The path leaves the repository. Commit the chart to charts/.'
    : 'Charts named by file: are not copied while rendering. Run "helm dependency update" and commit charts/.';
}

/** Names of the charts in `charts/`, as their own Chart.yaml says, and as their folders are called. */
async function vendoredNames(charts: string, paths: readonly string[], tree: ScannedTree): Promise<Set<string>> {
  const vendored = new Set<string>();
  for (const path of paths) {
    const folder = /^([^/]+)\/Chart\.yaml$/.exec(path.startsWith(charts) ? path.slice(charts.length) : '')?.[1];
    if (folder === undefined) continue;
    const scanned = await scanFile(tree, path);
    const document = scanned?.documents[0];
    vendored.add((document && textOf(valueOf(document, document.contents, 'name'))) ?? folder);
  }
  return vendored;
}
