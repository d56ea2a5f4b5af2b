import type { Path, Severity, Violation } from '../model.ts';
import { labelOf } from './label.ts';
import { type PolicyRule, type RoleSubject, subjectLabel } from './rbac.ts';

/** A violation at a rule of a role: `can` continues "ClusterRole "x" …", without a full stop. */
export function roleViolation(
  role: RoleSubject,
  place: { rule: PolicyRule; at: Path },
  can: string,
  severity?: Severity,
): Violation {
  const from = place.rule.from === undefined ? '' : `, by way of ClusterRole "${place.rule.from.name}"`;
  return {
    at: place.at,
    message: `${labelOf(role.resource)} ${can}${from}.${heldBy(role)}`,
    about: place.rule.path.join('/'),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** A sentence naming up to three holders; empty when no binding is known. */
function heldBy(role: RoleSubject): string {
  const names = [...new Set(role.subjects.map(subjectLabel))];
  if (names.length === 0) return '';
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? ` Held by ${shown} and ${names.length - 3} more.` : ` Held by ${shown}.`;
}
