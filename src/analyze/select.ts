import type { Check } from '../check.ts';
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
  return checks.filter((check) => settings.checks[check.id]?.enabled ?? (asked === 'all' || isOn(check, settings)));
}

/** Naming a severity or an option for a check means wanting it. */
function isOn(check: Check, settings: Pick<Settings, 'checks'>): boolean {
  const own = settings.checks[check.id];
  return check.default === 'on' || own?.severity !== undefined || Object.keys(own?.options ?? {}).length > 0;
}
