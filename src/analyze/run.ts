import type { Check, CheckContext, ContainerSubject, Options, PodSubject, RoleSubject, WorkloadSet } from '../check.ts';
import { isKind, keptFor, rolesOf, workloadSet } from '../check.ts';
import type { Problem, Resource, Severity, Violation } from '../model.ts';
import { suppressWithin } from './suppress.ts';

/** A violation with the check and the resource it belongs to. */
export interface Located {
  check: Check;
  resource: Resource;
  violation: Violation;
  severity: Severity;
}

/** What to run, and how: settings of a repository reduced to what the analysis needs. */
export interface RunOptions {
  checks: readonly Check[];
  kubeVersion: { major: number; minor: number };
  /** Options per check id; missing ones get their defaults. */
  options?: Readonly<Record<string, Options>>;
  /** Severities that replace the checks' own. */
  severities?: Readonly<Record<string, Severity>>;
  /** Whether the resources are all there are (see `WorkloadSet.complete`). */
  complete?: boolean;
  /** Further resources that checks may join with (other units that render into the same namespaces); not judged here. */
  context?: readonly Resource[];
  /** Keep findings that another one makes redundant. */
  redundant?: boolean;
}

export interface Judgement {
  /** In the order of the resources, then of the checks; redundant findings left out. */
  found: Located[];
  /** `check-failed`: a check that threw on an object. Its other findings, and those of other checks, stand. */
  problems: Problem[];
}

/** Runs the checks over the resources of one set and leaves out what another finding makes redundant. Pure. */
export function judge(resources: readonly Resource[], run: RunOptions): Judgement {
  const problems: Problem[] = [];
  const found = collect(resources, run, (check, resource, error) => {
    problems.push(checkFailed(check, resource, error));
  });
  return { found: (run.redundant === true ? found : found.map(suppressWithin)).flat(), problems };
}

/** All violations, redundant ones too. A check that throws is a bug, and is thrown on. */
export function runChecks(resources: readonly Resource[], run: RunOptions): Located[] {
  return collect(resources, run, (_check, _resource, error) => {
    throw error;
  }).flat();
}

type OnError = (check: Check, resource: Resource | undefined, error: unknown) => void;

/** What was found, by object: in the order of the resources, then of the checks. */
function collect(resources: readonly Resource[], run: RunOptions, onError: OnError): readonly (readonly Located[])[] {
  const { context = [] } = run;
  const set = workloadSet(context.length === 0 ? resources : [...resources, ...context], run.complete ?? false);
  const subjects = subjectsOf(resources, set, context.length > 0);
  const found = new Map<Resource, Located[]>();
  for (const check of run.checks) {
    const items = subjectsFor(check, subjects);
    if (items?.length === 0) continue;
    const forced = run.severities?.[check.id];
    const keep = (resource: Resource, violation: Violation): void => {
      const one = { check, resource, violation, severity: forced ?? violation.severity ?? check.severity };
      const there = found.get(resource);
      if (there === undefined) found.set(resource, [one]);
      else there.push(one);
    };
    const given = { kubeVersion: run.kubeVersion, options: optionsOf(check, run.options?.[check.id]), set };
    if (items !== undefined) over(check, items, given, keep, onError);
    else if (check.on === 'workloads')
      try {
        for (const violation of check.run(set, given))
          if (subjects.isOwn(violation.resource)) keep(violation.resource, violation);
      } catch (error) {
        onError(check, undefined, error);
      }
  }
  return [...new Set(resources)].map((resource) => found.get(resource) ?? []);
}

/** Runs a check over its subjects, one by one. What it yields on one before it throws is kept. */
function over(
  check: Check,
  items: readonly Subject[],
  context: CheckContext,
  keep: (resource: Resource, violation: Violation) => void,
  onError: OnError,
): void {
  const judge = check as { run(subject: Subject, context: CheckContext): Iterable<Violation> };
  for (const item of items)
    try {
      for (const violation of judge.run(item, context)) keep(resourceOf(item), violation);
    } catch (error) {
      onError(check, resourceOf(item), error);
    }
}

type Subject = ContainerSubject | PodSubject | RoleSubject | Resource;

const resourceOf = (subject: Subject): Resource => ('resource' in subject ? subject.resource : subject);

/** What the check is run on, one by one; undefined for a check of the whole set. */
function subjectsFor(check: Check, subjects: ReturnType<typeof subjectsOf>): readonly Subject[] | undefined {
  switch (check.on) {
    case 'container':
      return subjects.containers(check.kinds);
    case 'pod':
      return subjects.pods(check.kinds);
    case 'resource':
      return subjects.resources(check.kinds);
    case 'role':
      return subjects.roles();
    case 'workloads':
      return undefined;
  }
}

/** The subjects of the resources that are judged, built once for each list of kinds and not once for each check. */
function subjectsOf(resources: readonly Resource[], set: WorkloadSet, joined: boolean) {
  const own = joined ? new Set(resources) : undefined;
  const isOwn = (resource: Resource): boolean => own === undefined || own.has(resource);
  const pods = once((kinds: readonly string[] | undefined) =>
    kinds === undefined && !joined
      ? set.pods
      : set.pods.filter((pod) => isOwn(pod.resource) && (kinds === undefined || isKind(pod.resource, kinds))),
  );
  return {
    isOwn,
    pods,
    containers: once((kinds: readonly string[] | undefined) => pods(kinds).flatMap((pod) => pod.containers)),
    resources: once((kinds: readonly string[] | undefined) => {
      const all = set.ofKind(...(kinds ?? []));
      return joined ? all.filter(isOwn) : all;
    }),
    roles: once(() => rolesOf(set).filter((role) => isOwn(role.resource))),
  };
}

function once<Item>(
  make: (kinds: readonly string[] | undefined) => readonly Item[],
): (kinds?: readonly string[]) => readonly Item[] {
  const made = new Map<string, readonly Item[]>();
  return (kinds) => {
    const key = kinds === undefined ? '' : kindsKey(kinds);
    let items = made.get(key);
    if (items === undefined) made.set(key, (items = make(kinds)));
    return items;
  };
}

/** A check's list of kinds never changes. */
const kindsKey = keptFor((kinds: readonly string[]) => kinds.join(' '));

const defaultOptions = keptFor((check: Check): Options =>
  Object.fromEntries(Object.entries(check.options ?? {}).map(([name, option]) => [name, option.default])),
);

function optionsOf(check: Check, given: Options | undefined): Options {
  return given === undefined ? defaultOptions(check) : { ...defaultOptions(check), ...given };
}

/** The error's text may quote the object, so only its kind is told. */
function checkFailed(check: Check, resource: Resource | undefined, error: unknown): Problem {
  const on =
    resource === undefined
      ? 'the set of objects'
      : `${resource.kind} ${[resource.namespace, resource.name].filter((part) => part !== '').join('/') || '(no name)'}`;
  return {
    code: 'check-failed',
    message: `The check ${check.id} failed on ${on} (${error instanceof Error ? error.name : 'unknown error'}).`,
    hint: 'This is a bug in the check. Report it with the object, or turn the check off in the settings meanwhile.',
    ...(resource === undefined ? {} : { unit: resource.unit }),
    ...(resource === undefined || resource.origin.file === '' ? {} : { file: resource.origin.file }),
  };
}
