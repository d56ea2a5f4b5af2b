/** What kustomize knows an object by while it passes from one kustomization to the next. */
import type { JsonMap } from '../../model.ts';
import { expressionOf } from '../../regexp.ts';
import { mapOf, textOf } from '../yaml.ts';
import { scalarText } from './field.ts';

export interface Subject {
  group: string;
  version: string;
  kind: string;
  /** Every name it had, the present one last; patches may use any of them. */
  names: string[];
  namespaces: string[];
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export function subjectOf(manifest: JsonMap): Subject {
  const metadata = mapOf(manifest.metadata);
  return {
    ...groupVersion(textOf(manifest.apiVersion)),
    kind: textOf(manifest.kind),
    names: [textOf(metadata.name)],
    namespaces: [textOf(metadata.namespace)],
    labels: texts(mapOf(metadata.labels)),
    annotations: texts(mapOf(metadata.annotations)),
  };
}

export function nameOf(subject: Subject): string {
  return subject.names.at(-1) ?? '';
}

function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

export function texts(map: JsonMap): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, scalarText(value)]));
}

/** Whether a selector (`target`, `select`, `source`) takes the object. Names and kinds are patterns that match as a whole. */
export function selects(target: JsonMap, subject: Subject): boolean {
  const whole = groupVersion(textOf(target.apiVersion));
  return (
    matches(textOf(target.group) || whole.group, [subject.group]) &&
    matches(textOf(target.version) || whole.version, [subject.version]) &&
    matches(textOf(target.kind), [subject.kind]) &&
    matches(textOf(target.name), subject.names) &&
    matches(
      textOf(target.namespace),
      subject.namespaces.map((one) => one || 'default'),
    ) &&
    selected(textOf(target.labelSelector), subject.labels) &&
    selected(textOf(target.annotationSelector), subject.annotations)
  );
}

/** A strategic-merge patch without a target is for the object of its own kind and name. */
export function isPatchOf(patch: JsonMap, subject: Subject): boolean {
  const own = subjectOf(patch);
  const namespace = own.namespaces[0] ?? '';
  return (
    own.kind === subject.kind &&
    own.group === subject.group &&
    subject.names.includes(own.names[0] ?? '') &&
    (namespace === '' || subject.namespaces.includes(namespace))
  );
}

/** Whether a pattern matches one of the values as a whole. One that cannot be read stands for itself. */
function matches(pattern: string, values: readonly string[]): boolean {
  if (pattern === '') return true;
  const isPlain = /^[\w-]+$/.test(pattern) || pattern.length > longestPattern;
  const expression = isPlain ? undefined : expressionOf(pattern);
  return expression !== undefined && 'matchesAll' in expression
    ? values.some((value) => expression.matchesAll(value))
    : values.includes(pattern);
}

/** Longer patterns are not tried, in characters: a repository may bring thousands. */
const longestPattern = 100;

/** A label selector in its text form: `a=b, c!=d, e in (f, g), h notin (i), j, !k`. */
function selected(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const terms = selector.match(/[^,(]+(?:\([^)]{0,1000}\))?/g) ?? [];
  return terms.every((term) => {
    const text = term.trim();
    const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
    if (set !== null) {
      const value = labels[set[1] ?? ''];
      const within = value !== undefined && (set[3] ?? '').split(',').some((one) => one.trim() === value);
      return set[2] === 'in' ? within : !within;
    }
    const equality = /^([^\s=!]+)\s*(==?|!=)\s*(\S*)$/.exec(text);
    if (equality !== null) return (labels[equality[1] ?? ''] === equality[3]) === (equality[2] !== '!=');
    return text === '' || (text.startsWith('!') ? !(text.slice(1).trim() in labels) : text in labels);
  });
}
