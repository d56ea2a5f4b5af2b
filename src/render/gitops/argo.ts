import picomatch from 'picomatch';
import type { InlineValues, JsonMap, Path } from '../../model.ts';
import { namespaceName, releaseName } from '../names.ts';
import { resolve } from '../paths.ts';
import type { Scope } from '../scope.ts';
import { isMap, listOf, mapOf, mappingOf, textOf, textsOf } from '../yaml.ts';
import { expand } from './application-set.ts';
import { setParameter } from './parameters.ts';
import { inline, type GitOpsObject, type References, type ValuesFile } from './reference.ts';

/** An Application's sources, or those of each Application that an ApplicationSet makes. */
export async function applicationReferences(object: GitOpsObject, scope: Scope): Promise<References> {
  const { value } = object;
  if (value.kind === 'Application')
    return sources(object, `Application ${nameOf(value)}`, nameOf(value), mapOf(value.spec), ['spec'], scope);
  if (value.kind !== 'ApplicationSet') return { followed: [], unfollowed: [] };
  const shown = `ApplicationSet ${nameOf(value)}`;
  const { applications, reason } = await expand(mapOf(value.spec), scope);
  const found: References = { followed: [], unfollowed: [] };
  if (reason !== undefined) found.unfollowed.push({ file: object.file, object: shown, reason, reads: [] });
  for (const { template, reads } of applications) {
    const name = nameOf(template) || nameOf(value);
    const one = await sources(
      object,
      `${shown} (${name})`,
      name,
      mapOf(template.spec),
      ['spec', 'template', 'spec'],
      scope,
    );
    found.followed.push(...one.followed.map((reference) => ({ ...reference, reads: [...reference.reads, ...reads] })));
    found.unfollowed.push(...one.unfollowed);
  }
  return found;
}

function nameOf(value: JsonMap): string {
  return textOf(mapOf(value.metadata).name);
}

interface Source {
  value: JsonMap;
  path: Path;
}

async function sources(
  object: GitOpsObject,
  shown: string,
  name: string,
  spec: JsonMap,
  at: Path,
  scope: Scope,
): Promise<References> {
  const all: Source[] = isMap(spec.source)
    ? [{ value: spec.source, path: [...at, 'source'] }]
    : listOf(spec.sources).map((source, index) => ({ value: mapOf(source), path: [...at, 'sources', index] }));
  const refs = new Set(all.map(({ value }) => textOf(value.ref)).filter((ref) => ref !== ''));
  const namespace = namespaceName(textOf(mapOf(spec.destination).namespace));
  const found: References = { followed: [], unfollowed: [] };
  for (const { value: source, path: where } of all) {
    const helm = mapOf(source.helm);
    const folder = typeof source.path === 'string' ? resolve('.', source.path.replace(/^\/+/, '')) : undefined;
    const files = valuesFiles(helm, folder ?? '.', refs, scope);
    if (typeof source.chart === 'string' && folder === undefined) {
      const reason = `chart ${source.chart} comes from ${repository(source)}, not from this repository`;
      found.unfollowed.push({ file: object.file, object: shown, reason, reads: files.map(({ path }) => path) });
      continue;
    }
    if (folder === undefined) continue;
    if (!scope.listing.hasFolder(folder)) {
      const reason = `this repository has no folder ${folder} (source ${repository(source)})`;
      found.unfollowed.push({ file: object.file, object: shown, reason, reads: files.map(({ path }) => path) });
      continue;
    }
    const { values, reads, ignored } = await inlineValues(object, helm, folder, [...where, 'helm'], scope);
    const directory = mapOf(source.directory);
    found.followed.push({
      object: shown,
      variant: all.filter(({ value }) => typeof value.path === 'string').length > 1 ? `${name}:${folder}` : name,
      file: object.file,
      document: object.document,
      folder,
      release: {
        name: releaseName(textOf(helm.releaseName) || name),
        namespace: namespaceName(textOf(helm.namespace) || namespace),
      },
      values: files,
      inlineValues: values,
      reads,
      directory: {
        recurse: directory.recurse === true,
        include: textOf(directory.include),
        exclude: textOf(directory.exclude),
      },
      ignored: [
        ...ignored,
        ...(isMap(source.kustomize) ? Object.keys(source.kustomize).map((key) => `kustomize.${key}`) : []),
      ],
    });
  }
  return found;
}

function repository(source: JsonMap): string {
  return textOf(source.repoURL).replace(/\/\/[^/@\s]+@/, '//') || 'an unnamed repository';
}

/** `valueFiles`: relative to the chart, from the repository's root with `/`, or of another source with `$ref/`. Globs are spread. */
function valuesFiles(helm: JsonMap, folder: string, refs: ReadonlySet<string>, scope: Scope): ValuesFile[] {
  const optional = helm.ignoreMissingValueFiles === true;
  return textsOf(helm.valueFiles).flatMap((file) => {
    const reference = /^\$([^/]+)\/(.*)$/.exec(file);
    const path =
      reference !== null && refs.has(reference[1] ?? '')
        ? resolve('.', reference[2] ?? '')
        : file.startsWith('/')
          ? resolve('.', file.slice(1))
          : resolve(folder, file);
    if (path === undefined || file.includes('://')) return [];
    if (!/[*?[{]/.test(path)) return [{ path, optional }];
    const matches = picomatch(path);
    return scope.listing.entries.flatMap((entry) => (matches(entry.path) ? [{ path: entry.path, optional }] : []));
  });
}

/** What the object itself says about values, in Argo CD's order: values, valuesObject, then parameters. */
async function inlineValues(
  object: GitOpsObject,
  helm: JsonMap,
  folder: string,
  where: Path,
  { tree }: Scope,
): Promise<{ values: InlineValues[]; reads: string[]; ignored: string[] }> {
  const values: InlineValues[] = [];
  const reads: string[] = [];
  const ignored: string[] = [];
  // Argo CD takes valuesObject instead of values when both are there.
  if (isMap(helm.valuesObject)) values.push(inline(object, [...where, 'valuesObject'], helm.valuesObject));
  else if (typeof helm.values === 'string') {
    const parsed = mappingOf(helm.values);
    if (parsed !== undefined) values.push(inline(object, [...where, 'values'], parsed));
    else if (helm.values.trim() !== '') ignored.push('helm.values, which is no YAML mapping');
  }
  const parameters: Record<string, unknown> = {};
  for (const item of listOf(helm.parameters).map(mapOf)) {
    const name = textOf(item.name);
    const value = typeof item.value === 'boolean' ? String(item.value) : textOf(item.value);
    if (!setParameter(parameters, name, value, item.forceString === true)) ignored.push(`helm parameter ${name}`);
  }
  for (const item of listOf(helm.fileParameters).map(mapOf)) {
    const path = resolve(folder, textOf(item.path));
    const content = path === undefined ? undefined : await tree.read(path);
    if (path !== undefined) reads.push(path);
    if (content === undefined || !setParameter(parameters, textOf(item.name), content.toString('utf8'), true))
      ignored.push(`helm file parameter ${textOf(item.name)}`);
  }
  if (Object.keys(parameters).length > 0) values.push(inline(object, [...where, 'parameters'], parameters as JsonMap));
  for (const key of ['kubeVersion', 'apiVersions']) if (key in helm) ignored.push(`helm.${key}`);
  return { values, reads, ignored };
}
