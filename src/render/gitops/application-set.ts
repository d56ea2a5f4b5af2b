import picomatch from 'picomatch';
import type { Json, JsonMap } from '../../model.ts';
import type { Scope } from '../scope.ts';
import { isMap, listOf, mapOf, mappingsOf, textOf } from '../yaml.ts';

/** One Application an ApplicationSet makes, and the files its parameters come from. */
export interface GeneratedApplication {
  template: JsonMap;
  reads: string[];
}

interface Parameters {
  values: JsonMap;
  reads: string[];
}

/** Most Applications taken from one ApplicationSet; matrices multiply. */
const most = 500;

/**
 * The Applications of an ApplicationSet as far as the repository alone determines them: list, git and cluster (its own cluster)
 * generators, matrices of them, and merges by key. `reason` says what stays open.
 */
export async function expand(
  spec: JsonMap,
  scope: Scope,
): Promise<{ applications: GeneratedApplication[]; reason?: string }> {
  const open = new Set<string>();
  const sets = (await Promise.all(listOf(spec.generators).map((one) => generate(mapOf(one), scope, open)))).flat();
  const applications: GeneratedApplication[] = [];
  for (const { values, reads } of sets.slice(0, most)) {
    const template = substitute(mapOf(spec.template), values);
    if (isMap(template) && !JSON.stringify(placesOf(template)).includes('{{')) applications.push({ template, reads });
    else open.add('its template uses parameters that only the cluster knows');
  }
  if (sets.length > most) open.add(`it makes more than ${most} applications`);
  if ('templatePatch' in spec) open.add('templatePatch is not applied');
  return open.size === 0 ? { applications } : { applications, reason: [...open].join('; ') };
}

/** The parts of an Application that decide what is rendered; a name with an open parameter does no harm. */
function placesOf(template: JsonMap): Json {
  const spec = mapOf(template.spec);
  return [spec.source ?? null, spec.sources ?? null];
}

async function generate(generator: JsonMap, scope: Scope, open: Set<string>): Promise<Parameters[]> {
  if (isMap(generator.list))
    return listOf(generator.list.elements)
      .filter(isMap)
      .map((values) => ({ values, reads: [] }));
  if (isMap(generator.git)) return git(generator.git, scope);
  if (isMap(generator.clusters))
    return [
      {
        values: {
          name: 'in-cluster',
          nameNormalized: 'in-cluster',
          server: 'https://kubernetes.default.svc',
          values: mapOf(generator.clusters.values),
        },
        reads: [],
      },
    ];
  if (isMap(generator.matrix)) {
    const parts = listOf(generator.matrix.generators).map(mapOf);
    let rows: Parameters[] = [{ values: {}, reads: [] }];
    for (const part of parts) {
      const next: Parameters[] = [];
      for (const row of rows.slice(0, most))
        // The second generator may use what the first one yields.
        for (const column of await generate(mapOf(substitute(part, row.values)), scope, open))
          next.push({ values: { ...row.values, ...column.values }, reads: [...row.reads, ...column.reads] });
      rows = next;
    }
    return rows;
  }
  if (isMap(generator.merge)) return merge(generator.merge, scope, open);
  open.add(`the generator ${Object.keys(generator)[0] ?? '(empty)'} asks a cluster or a service`);
  return [];
}

async function merge(spec: JsonMap, scope: Scope, open: Set<string>): Promise<Parameters[]> {
  const [first = [], ...rest] = await Promise.all(
    listOf(spec.generators).map((one) => generate(mapOf(one), scope, open)),
  );
  const keys = listOf(spec.mergeKeys).map((key) => textOf(key));
  const key = ({ values }: Parameters): string => JSON.stringify(keys.map((one) => at(values, one.split('.')) ?? null));
  return first.map((base) =>
    rest.reduce((merged, others) => {
      const over = others.find((one) => key(one) === key(base));
      return over === undefined
        ? merged
        : { values: { ...merged.values, ...over.values }, reads: [...merged.reads, ...over.reads] };
    }, base),
  );
}

async function git(spec: JsonMap, { listing, tree }: Scope): Promise<Parameters[]> {
  const wanted = (items: Json | undefined): ((path: string) => boolean) => {
    const patterns = listOf(items).map(mapOf);
    const take = picomatch(
      patterns
        .filter(({ exclude }) => exclude !== true)
        .map(({ path }) => textOf(path))
        .filter(Boolean),
    );
    const drop = picomatch(
      patterns
        .filter(({ exclude }) => exclude === true)
        .map(({ path }) => textOf(path))
        .filter(Boolean),
    );
    return (path) => take(path) && !drop(path);
  };
  const values = mapOf(spec.values);
  if (spec.directories !== undefined) {
    const matches = wanted(spec.directories);
    return allFolders(listing)
      .filter(matches)
      .map((path) => ({ values: { ...pathParameters(path, path), values }, reads: [] }));
  }
  const matches = wanted(spec.files);
  const files = listing.entries.map(({ path }) => path).filter(matches);
  const texts = await tree.readMany(files);
  return [...texts].flatMap(([file, text]) =>
    mappingsOf(text.toString('utf8')).map(({ value }) => ({
      values: { ...value, ...pathParameters(file.slice(0, Math.max(0, file.lastIndexOf('/'))) || '.', file), values },
      reads: [file],
    })),
  );
}

function allFolders(listing: Scope['listing']): string[] {
  const found: string[] = [];
  const open = [...listing.foldersIn('.')];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    found.push(next);
    for (const name of listing.foldersIn(next)) open.push(`${next}/${name}`);
  }
  return found;
}

/** What Argo CD calls `path`: usable as `{{path}}`, `{{path.basename}}`, `{{path[0]}}` and, in Go templates, `{{.path.path}}`. */
function pathParameters(path: string, file: string): JsonMap {
  const segments = path.split('/');
  const normal = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
  const basename = segments.at(-1) ?? '';
  const filename = file.slice(file.lastIndexOf('/') + 1);
  return {
    path: {
      path,
      basename,
      basenameNormalized: normal(basename),
      filename,
      filenameNormalized: normal(filename),
      segments,
    },
  };
}

const expression = /\{\{-?\s*(?:index\s+\.([\w.]+)\s+(\d+)|\.?([\w-]+(?:\.[\w-]+|\[\d+\])*))\s*-?\}\}/g;

/** Puts parameters into every text of a value. What is no plain parameter stays as it is. */
export function substitute(value: Json, parameters: JsonMap): Json {
  if (typeof value === 'string')
    return value.replaceAll(expression, (whole, list?: string, position?: string, name?: string) => {
      const steps =
        list === undefined ? (name ?? '').split(/[.[\]]+/).filter(Boolean) : [...list.split('.'), position ?? ''];
      const found = at(
        parameters,
        steps[0] === 'path' && /^\d+$/.test(steps[1] ?? '') ? ['path', 'segments', ...steps.slice(1)] : steps,
      );
      if (isMap(found)) return typeof found.path === 'string' ? found.path : whole;
      return found === undefined || found === null || typeof found === 'object' ? whole : String(found);
    });
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => substitute(item, parameters));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, parameters)]));
}

function at(value: Json, steps: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = (found as readonly Json[])[Number(step)];
    // A list generator's element may spell its keys with dots.
    else if (isMap(found) && Object.hasOwn(found, step)) found = found[step];
    else return isMap(value) ? value[steps.join('.')] : undefined;
  }
  return found;
}
