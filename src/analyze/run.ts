import type {
  Check,
  CheckContext,
  ContainerSubject,
  Found,
  Options,
  PodSubject,
  RoleSubject,
  WorkloadSet,
} from '../check.ts';
import { containersOf, forget, groupBy, keptFor, perSet, podsOf, rolesOf, workloadSet } from '../check.ts';
import type { Problem, Resource, Severity, Violation } from '../model.ts';
import { groupsOf, type SubjectCheck } from './applicable.ts';
import { flattened, inOrder, sizeOf } from './join.ts';
import { suppressorsAmong, suppressWithin } from './suppress.ts';

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
  /** The objects of all units of the side, where checks look for what the resources miss. */
  all?: WorkloadSet;
  /** Keep findings that another one makes redundant. */
  redundant?: boolean;
}

export interface Judgement {
  /** In the order of the resources, then of the checks; redundant findings left out. */
  found: Located[];
  /** How many were left out. */
  redundant: number;
  /** `check-failed`: a check that threw on an object. Its other findings, and those of other checks, stand. */
  problems: Problem[];
}

/** Runs the checks over the resources of one set and leaves out what another finding makes redundant. Pure. */
export function judge(resources: readonly Resource[], run: RunOptions): Judgement {
  const problems: Problem[] = [];
  const found = collect(resources, run, (check, resource, error) => {
    problems.push(checkFailed(check, resource, error));
  });
  const suppressors = suppressorsAmong(run.checks);
  const groups = run.redundant === true ? found : found.map((group) => suppressWithin(group, suppressors));
  const kept = flattened(groups);
  return { found: kept, redundant: sizeOf(found) - kept.length, problems };
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
  const joined = context.length === 0 ? resources : [...resources, ...context];
  const set = workloadSet(joined, run.complete ?? false, run.all);
  const groups = groupsOf(run.checks);
  const terms = new Map<Check, Terms>();
  const termsOf = (check: Check): Terms => {
    let known = terms.get(check);
    if (known === undefined) {
      const options = optionsOf(check, run.options?.[check.id]);
      known = { context: { kubeVersion: run.kubeVersion, options, set }, severity: run.severities?.[check.id] };
      terms.set(check, known);
    }
    return known;
  };
  // What is only there to be joined with is not judged.
  const sheets = new Map<Resource, Sheet>();
  for (const resource of resources) sheets.set(resource, { resource, alone: [], spanning: undefined });
  for (const check of groups.spanning) {
    const given = termsOf(check);
    try {
      for (const violation of check.run(set, given.context)) {
        const sheet = sheets.get(violation.resource);
        if (sheet === undefined) continue;
        const one = located(check, violation.resource, violation, given);
        if (sheet.spanning === undefined) sheet.spanning = [one];
        else sheet.spanning.push(one);
      }
    } catch (error) {
      onError(check, undefined, error);
    }
  }
  for (const batch of batches([...sheets.values()])) {
    const subjects = subjectsOf(batch, set);
    for (const check of groups.of(batch[0].resource)) hear(check, subjects[check.on], termsOf(check), onError);
    // Kept as long as the objects, what was computed of them would take a quarter of the room that the findings take.
    for (const { subject } of subjects.container) forget(subject);
    for (const { subject } of subjects.pod) forget(subject);
  }
  return Array.from(sheets.values(), ({ alone, spanning }) => inOrder(alone, spanning ?? none, groups.position));
}

/** What a check is run with. */
interface Terms {
  context: CheckContext;
  /** Instead of the check's own. */
  severity: Severity | undefined;
}

/** Runs a check on subjects, and writes down what it says. */
function hear(check: SubjectCheck, hearings: readonly Hearing[], terms: Terms, onError: OnError): void {
  const judge = check as { run(subject: Subject, context: CheckContext): Found };
  for (const { subject, sheet } of hearings)
    try {
      const made = judge.run(subject, terms.context);
      if (made === undefined) continue;
      if (isOne(made)) sheet.alone.push(located(check, sheet.resource, made, terms));
      else if (Array.isArray(made))
        for (const violation of made as readonly Violation[])
          sheet.alone.push(located(check, sheet.resource, violation, terms));
      // What it yields before it throws is kept.
      else for (const violation of made) sheet.alone.push(located(check, sheet.resource, violation, terms));
    } catch (error) {
      onError(check, sheet.resource, error);
    }
}

/** Reading a field costs less than looking for an iterator: this is asked of everything that is found. */
function isOne(made: Violation | Iterable<Violation>): made is Violation {
  return (made as Partial<Violation>).message !== undefined;
}

function located(check: Check, resource: Resource, violation: Violation, { severity }: Terms): Located {
  return { check, resource, violation, severity: severity ?? violation.severity ?? check.severity };
}

const none: readonly never[] = [];

type Subject = ContainerSubject | PodSubject | RoleSubject | Resource;

/**
 * Objects of one apiVersion and kind, a few at a time. They meet the same checks; and of so few, what one check has read
 * is still at hand for the next, which costs less than going through all objects for each check, or all checks for each object.
 */
function* batches(sheets: readonly Sheet[]): Generator<readonly [Sheet, ...Sheet[]]> {
  const alike = groupBy(sheets, ({ resource }) => JSON.stringify([resource.apiVersion, resource.kind]));
  for (const all of alike.values())
    for (let from = 0; from < all.length; from += batchSize) {
      const [first, ...others] = all.slice(from, from + batchSize);
      if (first !== undefined) yield [first, ...others];
    }
}

const batchSize = 64;

/** What is said of an object. */
interface Sheet {
  resource: Resource;
  /** By the checks that look at it alone. */
  alone: Located[];
  /** By those over the whole set. */
  spanning: Located[] | undefined;
}

/** What a check is run on, and where what it says is written down. */
interface Hearing {
  subject: Subject;
  sheet: Sheet;
}

/** What the checks are run on, by what they ask for. */
function subjectsOf(sheets: readonly Sheet[], set: WorkloadSet): Record<SubjectCheck['on'], readonly Hearing[]> {
  const all = (of: (resource: Resource) => readonly Subject[]): Hearing[] => {
    const hearings: Hearing[] = [];
    for (const sheet of sheets) for (const subject of of(sheet.resource)) hearings.push({ subject, sheet });
    return hearings;
  };
  return {
    resource: sheets.map((sheet) => ({ subject: sheet.resource, sheet })),
    pod: all(podsOf),
    container: all(containersOf),
    role: all((resource) => rolesByObject(set).get(resource) ?? none),
  };
}

const rolesByObject = perSet((set) => new Map(rolesOf(set).map((role) => [role.resource, [role]])));

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
