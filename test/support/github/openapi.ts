import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { CheckAnnotation } from '../../../src/report/check-run.ts';

/** A request as the description sees it. */
interface ApiRequest {
  method: string;
  /** Below the API's root, still encoded. */
  path: string;
  query: URLSearchParams;
  body: unknown;
}

interface Operation {
  parameters?: { $ref?: string; name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: object }> };
}

interface Described {
  pattern: RegExp;
  template: string;
  operation: Operation;
}

/** https://docs.github.com/rest/checks/runs: 50 annotations a request; 65,535 characters; 64 KB; 255 characters; 3 actions. */
const limits = { annotations: 50, text: 65_535, message: 64 * 1024, title: 255, actions: 3 };

/** Tells what is wrong with a request by GitHub's own description of its API and by its documented limits; empty when nothing is. */
export type Validate = (request: ApiRequest) => string[];

/** Reads the description (13 MB) once and compiles what is asked for. */
export function createValidator(): Validate {
  const require = createRequire(import.meta.url);
  const file = require.resolve('@octokit/openapi/generated/api.github.com.json');
  const document = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/);
  const queryAjv = new Ajv({ strict: false, coerceTypes: 'array' });
  const described = describe(document.paths);
  const compiled = new Map<string, ValidateFunction>();

  function check(key: string, schema: object, value: unknown, by: Ajv): string[] {
    let validate = compiled.get(key);
    if (validate === undefined) compiled.set(key, (validate = by.compile(resolve(document, schema, true) as object)));
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      (error) => `${key} ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }

  return ({ method, path, query, body }) => {
    const entry = described.get(method.toUpperCase())?.find(({ pattern }) => pattern.test(path));
    if (entry === undefined) return [`${method} ${path} is not in GitHub's description of its API.`];
    const { template, operation } = entry;
    const found: string[] = [];
    const parameters = (operation.parameters ?? []).map(
      (parameter) => resolve(document, parameter, false) as typeof parameter,
    );
    for (const [name, value] of query) {
      const parameter = parameters.find((each) => each.in === 'query' && each.name === name);
      if (parameter === undefined) found.push(`${method} ${template} has no query parameter "${name}".`);
      else found.push(...check(`${method} ${template} ?${name}`, wrap(parameter.schema), { value }, queryAjv));
    }
    for (const parameter of parameters) {
      if (parameter.in === 'query' && parameter.required && !query.has(parameter.name))
        found.push(`${method} ${template} needs the query parameter "${parameter.name}".`);
    }
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (body !== undefined && schema === undefined) found.push(`${method} ${template} takes no body.`);
    if (schema !== undefined && (body !== undefined || operation.requestBody?.required === true))
      found.push(...check(`${method} ${template}`, schema, body, ajv));
    if (/\/check-runs(\/|$)/.test(template)) found.push(...beyondLimits(body));
    return found;
  };
}

function wrap(schema: object): object {
  return { type: 'object', properties: { value: schema } };
}

function describe(paths: Record<string, Record<string, Operation>>): Map<string, Described[]> {
  const described = new Map<string, Described[]>();
  for (const [template, operations] of Object.entries(paths)) {
    const source = template
      .split(/(\{[^}]+\})/)
      .map((part) => {
        if (part === '{path}') return '.+';
        return part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      })
      .join('');
    for (const [method, operation] of Object.entries(operations)) {
      const list = described.get(method.toUpperCase()) ?? [];
      list.push({ pattern: new RegExp(`^${source}$`), template, operation });
      described.set(method.toUpperCase(), list);
    }
  }
  // The most literal description of a path wins.
  for (const list of described.values())
    list.sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  return described;
}

/** Follows references; with `closed`, an object takes only the properties that are described. */
function resolve(document: object, node: unknown, closed: boolean, names = false): unknown {
  if (Array.isArray(node)) return node.map((item) => resolve(document, item, closed));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref } = node as { $ref?: unknown };
  if (typeof $ref === 'string') {
    let target: unknown = document;
    for (const key of $ref.slice(2).split('/'))
      target = (target as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
    return resolve(document, target, closed);
  }
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    // Below `properties` the keys are names: a property may well be called "description".
    if (!names && (key === 'example' || key === 'examples' || key === 'description')) continue;
    const inside = closed && (names || !['oneOf', 'anyOf', 'allOf'].includes(key));
    result[key] = resolve(document, value, inside, !names && key === 'properties');
  }
  if (closed && !names && 'properties' in result && result.additionalProperties === undefined)
    result.additionalProperties = false;
  return result;
}

/** What was validated as a check run's body above. */
interface CheckRunBody {
  output?: { summary?: string; text?: string; annotations?: Partial<CheckAnnotation>[] };
  actions?: unknown[];
}

function beyondLimits(body: unknown): string[] {
  const { output, actions } = (body ?? {}) as CheckRunBody;
  const found: string[] = [];
  const annotations = output?.annotations ?? [];
  if (annotations.length > limits.annotations)
    found.push(`${annotations.length} annotations in one request: GitHub takes ${limits.annotations}.`);
  for (const field of ['summary', 'text'] as const) {
    const bytes = Buffer.byteLength(output?.[field] ?? '');
    if (bytes > limits.text) found.push(`output.${field} has ${bytes} bytes: GitHub takes ${limits.text} characters.`);
  }
  for (const { message, raw_details: details, title, start_line: start = 0, end_line: end = 0 } of annotations) {
    if (Buffer.byteLength(message ?? '') > limits.message) found.push('An annotation message is over 64 KB.');
    if (Buffer.byteLength(details ?? '') > limits.message) found.push('Annotation details are over 64 KB.');
    if ((title ?? '').length > limits.title) found.push('An annotation title is over 255 characters.');
    if (start < 1 || end < start) found.push(`An annotation has lines ${start} to ${end}.`);
  }
  if ((actions?.length ?? 0) > limits.actions) found.push('More than 3 actions on a check run.');
  return found;
}
