import type { Check, CheckContext, Options } from '../check.ts';
import { isKind, rolesOf, workloadSet } from '../check.ts';
import type { Resource, Severity, Violation } from '../model.ts';

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
}

/** Runs the checks over the resources of one set. Pure; the order is that of the resources, then of the checks. */
export function runChecks(resources: readonly Resource[], run: RunOptions): Located[] {
  const set = workloadSet(resources, run.complete ?? false);
  const roles = rolesOf(set);
  const found: Located[] = [];
  for (const check of run.checks) {
    const context: CheckContext = {
      kubeVersion: run.kubeVersion,
      options: optionsOf(check, run.options?.[check.id]),
      set,
    };
    const keep = (resource: Resource, violations: Iterable<Violation>): void => {
      for (const violation of violations) {
        if (repeats(found, check, resource, violation)) continue;
        found.push({
          check,
          resource,
          violation,
          severity: run.severities?.[check.id] ?? violation.severity ?? check.severity,
        });
      }
    };
    switch (check.on) {
      case 'container':
        for (const pod of set.pods)
          if (check.kinds === undefined || isKind(pod.resource, check.kinds))
            for (const container of pod.containers) keep(container.resource, check.run(container, context));
        break;
      case 'pod':
        for (const pod of set.pods)
          if (check.kinds === undefined || isKind(pod.resource, check.kinds))
            keep(pod.resource, check.run(pod, context));
        break;
      case 'resource':
        for (const resource of set.ofKind(...check.kinds)) keep(resource, check.run(resource, context));
        break;
      case 'role':
        for (const role of roles) keep(role.resource, check.run(role, context));
        break;
      case 'workloads':
        for (const violation of check.run(set, context)) keep(violation.resource, [violation]);
        break;
    }
  }
  return found;
}

/** The pods of one object may share a field (the templates of a workflow do): its fault is one. */
function repeats(found: readonly Located[], check: Check, resource: Resource, violation: Violation): boolean {
  for (let i = found.length - 1; i >= 0; i--) {
    const last = found[i];
    if (last?.check !== check || last.resource !== resource) return false;
    if (last.violation.message === violation.message && last.violation.at.join('\n') === violation.at.join('\n'))
      return true;
  }
  return false;
}

function optionsOf(check: Check, given: Options | undefined): Options {
  const defaults = Object.fromEntries(
    Object.entries(check.options ?? {}).map(([name, option]) => [name, option.default]),
  );
  return { ...defaults, ...given };
}
