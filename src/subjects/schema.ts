import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { schemaKinds, schemaTypes } from './schema-types.ts';
import { absent, isMap, list } from './values.ts';

/** A fault of shape: an unknown or a missing field, or a value of the wrong type. */
export interface SchemaFault {
  at: Path;
  message: string;
}

const types: Readonly<Record<string, string>> = schemaTypes;

/** Fields of the securityContext of containers alone, of pods alone, and of both. */
const ofContainers = ['privileged', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'capabilities', 'procMount'];
const ofPods = ['fsGroup', 'fsGroupChangePolicy', 'supplementalGroups', 'sysctls'];
const ofBoth = ['runAsNonRoot', 'runAsUser', 'runAsGroup', 'seccompProfile', 'appArmorProfile', 'seLinuxOptions'];

function fieldsIn(place: string, fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map((field) => [field, place]));
}

/** Fields of security that people put where they do not exist, and where they do. */
const misplaced: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PodSecurityContext: fieldsIn('the securityContext of each container', ofContainers),
  SecurityContext: fieldsIn('the securityContext of the pod', ofPods),
  ObjectMeta: { securityContext: 'the spec of the pod or its containers' },
  Container: {
    ...fieldsIn('securityContext', [...ofContainers, ...ofBoth]),
    ...fieldsIn('the securityContext of the pod', ofPods),
    ...fieldsIn('the spec of the pod', ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers']),
  },
  PodSpec: {
    ...fieldsIn('the securityContext of each container', ofContainers),
    ...fieldsIn('securityContext', [...ofPods, ...ofBoth]),
  },
};

/** A type of the table, read. `any` has none. */
type Shape =
  | { is: 'scalar'; label: string; passes(value: Json): boolean }
  | { is: 'list' | 'map'; of: Shape }
  /** Fields that may hold anything have no shape: null. */
  | { is: 'fields'; type: string; fields: ReadonlyMap<string, Shape | null>; needed: readonly string[] };

const scalars: Readonly<Record<string, Shape>> = {
  text: { is: 'scalar', label: 'text', passes: (value) => typeof value === 'string' },
  int: { is: 'scalar', label: 'a whole number', passes: (value) => Number.isInteger(value) },
  bool: { is: 'scalar', label: 'true or false', passes: (value) => typeof value === 'boolean' },
  quantity: {
    is: 'scalar',
    label: 'a quantity',
    passes: (value) => typeof value === 'string' || typeof value === 'number',
  },
};

const shapes = new Map<string, Shape>();

function shapeOf(type: string): Shape | undefined {
  if (type === 'any') return undefined;
  let shape = scalars[type] ?? shapes.get(type);
  if (shape === undefined) shapes.set(type, (shape = readShape(type)));
  return shape;
}

function readShape(type: string): Shape {
  if (/\[\]$|\{\}$/.test(type)) {
    const of = shapeOf(type.slice(0, -2));
    if (of === undefined) throw new Error(`There is no type for the items of ${type}.`);
    return { is: type.endsWith('[]') ? 'list' : 'map', of };
  }
  const written = types[type];
  if (written === undefined) throw new Error(`There is no type ${type}.`);
  const fields = new Map<string, Shape | null>();
  const needed: string[] = [];
  // In the map before its fields are read: a type may hold itself.
  const shape: Shape = { is: 'fields', type, fields, needed };
  shapes.set(type, shape);
  for (const field of written.split(' ')) {
    const [, name = '', of = 'any', mark] = /^(\w+)(?::([^!]+))?(!)?$/.exec(field) ?? [];
    fields.set(name, shapeOf(of) ?? null);
    if (mark !== undefined) needed.push(name);
  }
  return shape;
}

/** Where an object departs from its type. Kinds without a table are never faulty. */
export function schemaFaults(resource: Resource): SchemaFault[] {
  const type = schemaKinds[resource.apiVersion]?.find((kind) => kind === resource.kind);
  const shape = type === undefined ? undefined : shapeOf(type);
  const faults: SchemaFault[] = [];
  if (shape !== undefined && !conforms(resource.manifest, shape)) judge(resource.manifest, shape, [], faults);
  return faults;
}

/** Whether there is nothing to report: what nearly every object is asked, so it keeps no account of where it is. */
function conforms(value: Json | undefined, shape: Shape): boolean {
  if (absent(value)) return true;
  switch (shape.is) {
    case 'scalar':
      return shape.passes(value);
    case 'list':
      if (!Array.isArray(value)) return false;
      for (let index = 0; index < value.length; index += 1) if (!conforms(list(value)[index], shape.of)) return false;
      return true;
    case 'map':
      if (!isMap(value)) return false;
      for (const key in value) if (!conforms(value[key], shape.of)) return false;
      return true;
    case 'fields':
      return isMap(value) && fieldsConform(value, shape);
  }
}

function fieldsConform(value: JsonMap, { fields, needed }: Extract<Shape, { is: 'fields' }>): boolean {
  for (const field of needed) if (absent(value[field])) return false;
  for (const key in value) {
    const shape = fields.get(key);
    if (shape === undefined || (shape !== null && !conforms(value[key], shape))) return false;
  }
  return true;
}

/** `at` is where `value` is: one list for the whole walk, copied where there is a fault. */
function judge(value: Json, shape: Shape, at: (string | number)[], faults: SchemaFault[]): void {
  if (absent(value)) return;
  switch (shape.is) {
    case 'scalar':
      if (!shape.passes(value)) faults.push(wrongType(value, shape.label, at));
      return;
    case 'list':
      if (!Array.isArray(value)) faults.push(wrongType(value, 'a list', at));
      else for (const [index, item] of list(value).entries()) below(item, shape.of, at, index, faults);
      return;
    case 'map':
      if (!isMap(value)) faults.push(wrongType(value, 'a mapping', at));
      else for (const key of Object.keys(value)) below(value[key] ?? null, shape.of, at, key, faults);
      return;
    case 'fields':
      if (!isMap(value)) faults.push(wrongType(value, 'a mapping', at));
      else judgeFields(value, shape, at, faults);
  }
}

function wrongType(value: Json, wanted: string, at: Path): SchemaFault {
  const hint = wanted === 'text' && !isMap(value) && !Array.isArray(value) ? '; quote it' : '';
  return { at: [...at], message: `${nameOf(at)} must be ${wanted}, not ${kindOf(value)}${hint}.` };
}

function judgeFields(
  value: JsonMap,
  { type, fields, needed }: Extract<Shape, { is: 'fields' }>,
  at: (string | number)[],
  faults: SchemaFault[],
): void {
  for (const field of needed)
    if (absent(value[field]))
      faults.push({ at: [...at, field], message: `${nameOf(at)} lacks ${field}, which the API demands.` });
  for (const key in value) {
    const of = fields.get(key);
    if (of === undefined) faults.push({ at: [...at, key], message: unknownField(type, key, at, [...fields.keys()]) });
    else if (of !== null) below(value[key] ?? null, of, at, key, faults);
  }
}

function below(value: Json, shape: Shape, at: (string | number)[], step: string | number, faults: SchemaFault[]): void {
  at.push(step);
  judge(value, shape, at, faults);
  at.pop();
}

function unknownField(type: string, key: string, at: Path, known: readonly string[]): string {
  const place = misplaced[type]?.[key];
  if (place !== undefined) return `${key} does not exist in ${nameOf(at)} and has no effect; it belongs in ${place}.`;
  const near = known.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= Math.min(2, key.length / 3));
  const hint = near === undefined ? '' : `; is ${near} meant`;
  return `${nameOf(at)} has no field ${key.slice(0, 60)}${hint}${near === undefined ? '.' : '?'}`;
}

function nameOf(at: Path): string {
  const name = at.findLast((step) => typeof step === 'string');
  return name ?? 'The object';
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a mapping';
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'a switch' : 'a number';
}

/** Levenshtein's distance, names longer than 40 never being near. */
function distance(a: string, b: string): number {
  if (a.length > 40 || b.length > 40) return 40;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 40;
}
