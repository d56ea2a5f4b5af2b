import { keptFor, type Check, type CheckContext, type Found } from '../check.ts';
import { reaches } from '../severity.ts';
import type { Settings } from '../settings.ts';

/**
 * The checks that run: those on by default, as the settings switch them.
 * @param asked `all` adds those that are off by default; a list runs those alone, whatever the settings say
 */
export function selectChecks(
  checks: readonly Check[],
  settings: Pick<Settings, 'checks'>,
  asked?: 'all' | readonly string[],
): Check[] {
  if (asked !== undefined && asked !== 'all') return checks.filter((check) => asked.includes(check.id));
  return checks.flatMap((check) => {
    const enabled = settings.checks[check.id]?.enabled ?? (asked === 'all' || isOn(check, settings) ? true : undefined);
    return enabled === true ? [check] : enabled === false || check.onFrom === undefined ? [] : [severePart(check)];
  });
}

/** The check as it runs without being asked for: it says nothing below its `onFrom`. */
const severePart = keptFor((check: Check): Check => {
  const run = (subject: never, context: CheckContext): Found => {
    const found = (check.run as (subject: never, context: CheckContext) => Found)(subject, context);
    if (found === undefined) return undefined;
    const all = 'message' in found ? [found] : [...found];
    return all.filter((one) => reaches(one.severity ?? check.severity, check.onFrom ?? 'info'));
  };
  return { ...check, run } as Check;
});

/** Naming a severity or an option for a check means wanting it. */
function isOn(check: Check, settings: Pick<Settings, 'checks'>): boolean {
  const own = settings.checks[check.id];
  return check.default === 'on' || own?.severity !== undefined || Object.keys(own?.options ?? {}).length > 0;
}
