import type { Notice, Problem } from '../../model.ts';
import { listingOf, type Listing } from '../listing.ts';
import { folderOf, join, nameOf, resolve } from '../paths.ts';
import { itemsOf, quoted, scanFile, textOf, valueOf } from './prescan.ts';
import type { ScannedTree } from './prescan.ts';
import { remoteSchemaReference } from './schema.ts';

export const commitDependencies =
  'Run "helm dependency update" and commit charts/; nothing is fetched while a pull request is rendered.';

/**
 * Looks at a chart before helm does: dependencies that are neither in `charts/` nor elsewhere in the repository
 * (`dependency-missing`).
 *
 * @param root the chart's folder, relative to the repository
 */
export async function prescanChart(root: string, tree: ScannedTree): Promise<Problem[]> {
  const listing = await listingOf(tree);
  const problems: Problem[] = [];
  for (const name of ['Chart.yaml', 'requirements.yaml'])
    problems.push(...(await missingDependencies(join(root, name), listing, tree)));
  return problems;
}

/** What to say when a chart was rendered without its values' schemas, because they ask for something by URL. */
export async function skippedSchemas(root: string, tree: ScannedTree): Promise<Notice[]> {
  const code = 'schema-skipped';
  const notices: Notice[] = [];
  for (const file of (await listingOf(tree)).filesBelow(root)) {
    const path = root === '.' ? file : file.slice(root.length + 1);
    if (!/^(?:charts\/[^/]+\/)*values\.schema\.json$/.test(path)) continue;
    const reference = remoteSchemaReference((await tree.read(file))?.toString('utf8') ?? '');
    if (reference !== undefined)
      notices.push({
        code,
        message: `The values of ${root} were not validated: the schema asks for ${quoted(reference)}, and nothing is fetched while rendering.`,
        file,
      });
  }
  // A packed subchart's schema is not read here.
  const file = join(root, 'Chart.yaml');
  const message = `The values of ${root} were not validated: a schema asks for another document, and nothing is fetched while rendering.`;
  return notices.length > 0 ? notices : [{ code, message, file }];
}

async function missingDependencies(file: string, listing: Listing, tree: ScannedTree): Promise<Problem[]> {
  if (!listing.has(file)) return [];
  const scanned = await scanFile(tree, file);
  const document = scanned?.documents[0];
  if (scanned === undefined || document === undefined) return [];
  const dependencies = itemsOf(document, valueOf(document, document.contents, 'dependencies'));
  if (dependencies.length === 0) return [];
  const root = folderOf(file);
  const vendored = await vendoredNames(join(root, 'charts'), listing, tree);
  return dependencies.flatMap((dependency) => {
    const name = textOf(valueOf(document, dependency, 'name'));
    if (name === undefined || vendored(name)) return [];
    const repository = textOf(valueOf(document, dependency, 'repository')) ?? '';
    const local = repository.startsWith('file://') ? repository.slice('file://'.length) : undefined;
    const target = local === undefined ? undefined : resolve(root, local);
    // The renderer puts it in place.
    if (target !== undefined && listing.has(join(target, 'Chart.yaml'))) return [];
    const line = scanned.lineOf(dependency);
    return [
      {
        code: 'dependency-missing',
        message: `${root} depends on ${quoted(name)}${repository === '' ? '' : ` of ${quoted(repository)}`}, which is not in its charts/ folder.`,
        hint: local === undefined ? commitDependencies : localHint(target),
        file,
        ...(line === undefined ? {} : { line }),
      },
    ];
  });
}

function localHint(target: string | undefined): string {
  return target === undefined
    ? 'The path leaves the repository. Commit the chart to charts/.'
    : `There is no chart in ${target}. Mend the path, or commit the chart to charts/.`;
}

/** Tells whether `charts/` holds a chart: by its own Chart.yaml, its folder, its archive. What cannot be told from outside is left to helm. */
async function vendoredNames(shelf: string, listing: Listing, tree: ScannedTree): Promise<(name: string) => boolean> {
  const names = new Set<string>();
  for (const folder of listing.foldersIn(shelf)) {
    names.add(folder);
    const scanned = await scanFile(tree, join(shelf, `${folder}/Chart.yaml`));
    const document = scanned?.documents[0];
    const name = document && textOf(valueOf(document, document.contents, 'name'));
    if (name !== undefined) names.add(name);
  }
  const archives = listing.filesIn(shelf).filter((file) => file.endsWith('.tgz'));
  // A link to a chart, and an archive that is not called by name and version, may be any chart.
  const linked = listing.special().some(({ path }) => folderOf(path) === shelf);
  const unnamed = archives.some((file) => !/-v?\d/.test(nameOf(file)));
  return (name) => linked || unnamed || names.has(name) || archives.some((file) => file.startsWith(`${name}-`));
}
