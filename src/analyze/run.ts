import type { Check, CheckContext, Options, WorkloadSet } from '../check.ts';
import { isKind, rolesOf, workloadSet } from '../check.ts';
import type { Problem, Resource, Severity, Violation } from '../model.ts';
import { suppress } from './suppress.ts';

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
  return { found: run.redundant === true ? found : suppress(found), problems };
}

/** All violations, redundant ones too. A check that throws is a bug, and is thrown on. */
export function runChecks(resources: readonly Resource[], run: RunOptions): Located[] {
  return collect(resources, run, (_check, _resource, error) => {
    throw error;
  });
}

type OnError = (check: Check, resource: Resource | undefined, error: unknown) => void;

function collect(resources: readonly Resource[], run: RunOptions, onError: OnError): Located[] {
  const { context = [] } = run;
  const set = workloadSet(context.length === 0 ? resources : [...resources, ...context], run.complete ?? false);
  const subjects = subjectsOf(resources, set, context.length > 0);
  const found: Located[] = [];
  for (const check of run.checks) {
    const given: CheckContext = {
      kubeVersion: run.kubeVersion,
      options: optionsOf(check, run.options?.[check.id]),
      set,
    };
    const fixed = run.severities?.[check.id];
    const keep = (resource: Resource, violation: Violation): void => {
      found.push({ check, resource, violation, severity: fixed ?? violation.severity ?? check.severity });
    };
    /** One subject: what it yields before it throws is kept. */
    const over = <Subject>(
      items: readonly Subject[],
      resourceOf: (item: Subject) => Resource,
      judged: (item: Subject, context: CheckContext) => Iterable<Violation>,
    ): void => {
      for (const item of items)
        try {
          for (const violation of judged(item, given)) keep(resourceOf(item), violation);
        } catch (error) {
          onError(check, resourceOf(item), error);
        }
    };
    switch (check.on) {
      case 'container':
        over(subjects.containers(check.kinds), ofSubject, (subject, context) => check.run(subject, context));
        break;
      case 'pod':
        over(subjects.pods(check.kinds), ofSubject, (subject, context) => check.run(subject, context));
        break;
      case 'resource':
        over(subjects.resources(check.kinds), itself, (subject, context) => check.run(subject, context));
        break;
      case 'role':
        over(subjects.roles(), ofSubject, (subject, context) => check.run(subject, context));
        break;
      case 'workloads':
        try {
          for (const violation of check.run(set, given))
            if (subjects.isOwn(violation.resource)) keep(violation.resource, violation);
        } catch (error) {
          onError(check, undefined, error);
        }
        break;
    }
  }
  const position = new Map(resources.map((resource, index) => [resource, index]));
  // Stable: findings of one object keep the order of the checks.
  return found.sort((a, b) => (position.get(a.resource) ?? 0) - (position.get(b.resource) ?? 0));
}

const ofSubject = (subject: { resource: Resource }): Resource => subject.resource;
const itself = (resource: Resource): Resource => resource;

/** The subjects of the resources that are judged, built once for each list of kinds and not once for each check. */
function subjectsOf(resources: readonly Resource[], set: WorkloadSet, joined: boolean) {
  const own = joined ? new Set(resources) : undefined;
  const isOwn = (resource: Resource): boolean => own === undefined || own.has(resource);
  const pods = once((kinds: readonly string[] | undefined) =>
    set.pods.filter((pod) => isOwn(pod.resource) && (kinds === undefined || isKind(pod.resource, kinds))),
  );
  return {
    isOwn,
    pods,
    containers: once((kinds: readonly string[] | undefined) => pods(kinds).flatMap((pod) => pod.containers)),
    resources: once((kinds: readonly string[] | undefined) => set.ofKind(...(kinds ?? [])).filter(isOwn)),
    roles: once(() => rolesOf(set).filter((role) => isOwn(role.resource))),
  };
}

function once<Item>(
  make: (kinds: readonly string[] | undefined) => readonly Item[],
): (kinds?: readonly string[]) => readonly Item[] {
  const made = new Map<string, readonly Item[]>();
  return (kinds) => {
    const key = kinds?.join(' ') ?? '';
    let items = made.get(key);
    if (items === undefined) made.set(key, (items = make(kinds)));
    return items;
  };
}

function optionsOf(check: Check, given: Options | undefined): Options {
  const defaults = Object.fromEntries(
    Object.entries(check.options ?? {}).map(([name, option]) => [name, option.default]),
  );
  return { ...defaults, ...given };
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
