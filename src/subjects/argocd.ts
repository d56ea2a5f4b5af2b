import { parseManifests } from '../manifest/parse.ts';
import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { below } from './below.ts';
import { assignmentsIn } from './credentials.ts';
import { dig, isMap, list, map, str } from './values.ts';

export const applicationKinds = ['Application.argoproj.io', 'ApplicationSet.argoproj.io'];

/** The spec of an Application, or of the template of an ApplicationSet. */
export function applicationSpec(resource: Resource): { path: Path; spec: JsonMap } {
  const path = resource.kind === 'ApplicationSet' ? ['spec', 'template', 'spec'] : ['spec'];
  return { path, spec: map(dig(resource.manifest, ...path)) };
}

/** `source` and every item of `sources`. */
export function sourcesOf(resource: Resource): { path: Path; source: JsonMap }[] {
  const { path, spec } = applicationSpec(resource);
  const found: { path: Path; source: JsonMap }[] = [];
  if (isMap(spec.source)) found.push({ path: below(path, 'source'), source: spec.source });
  for (const [index, source] of list(spec.sources).entries())
    if (isMap(source)) found.push({ path: below(path, 'sources', index), source });
  return found;
}

/** A line of an Argo CD policy: `p, subject, resource, action, object, effect` or `g, member, role`. */
export interface PolicyLine {
  kind: string;
  fields: readonly string[];
}

export function policyLines(text: string): PolicyLine[] {
  return text.split('\n').flatMap((line) => {
    const [kind = '', ...fields] = line.split(',').map((field) => field.trim());
    return kind === 'p' || kind === 'g' ? [{ kind, fields }] : [];
  });
}

const besideSecret = ['remoteRef', 'secretName'];

/**
 * Every scalar below a value, with its path; the names that lead to it decide what it is. What stands as `secretKey`
 * beside the name of a Secret, as in an ExternalSecret among the values, is the name of a key.
 */
export function* scalarsIn(
  value: Json | undefined,
  path: Path = [],
): Generator<{ path: Path; name: string; value: string }> {
  if (isMap(value)) {
    for (const [key, child] of Object.entries(value))
      if (key !== 'secretKey' || !besideSecret.some((sibling) => sibling in value))
        yield* scalarsIn(child, below(path, key));
  } else if (Array.isArray(value)) {
    for (const [index, child] of list(value).entries()) {
      const name = str(dig(child, 'name'));
      const inner = dig(child, 'value');
      if (name !== undefined && (typeof inner === 'string' || typeof inner === 'number'))
        yield { path: below(path, index, 'value'), name, value: String(inner) };
      else yield* scalarsIn(child, below(path, index));
    }
  } else if (typeof value === 'string' || typeof value === 'number')
    yield { path, name: path.findLast((step) => typeof step === 'string') ?? '', value: String(value) };
}

/** The scalars of values that are written as one text; what its lines assign where it is a template, and no YAML. */
export function* scalarsInText(text: string): Generator<{ path: Path; name: string; value: string }> {
  const { documents, faults } = parseManifests(text);
  if (faults.length > 0) {
    for (const one of assignmentsIn(text)) yield { ...one, path: [] };
    return;
  }
  for (const document of documents)
    for (const scalar of scalarsIn(document.value)) {
      yield scalar;
      // A file among the values, or a variable: `- TOKEN=…`.
      if (/[\n=]/.test(scalar.value))
        for (const one of assignmentsIn(scalar.value)) yield { ...one, path: scalar.path };
    }
}
