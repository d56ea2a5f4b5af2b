import { cronValues, durationSeconds, withoutZone } from './schedule.ts';

/** Hours of the schedules that have a name: a month has 30 days, a year 365. */
const named = new Map<string, number>([
  ['@hourly', 1],
  ['@daily', 24],
  ['@midnight', 24],
  ['@weekly', 168],
  ['@monthly', 720],
  ['@yearly', 8760],
  ['@annually', 8760],
]);

/** The longest time in hours from one run of a schedule to the next; undefined for what is no schedule. */
export function longestIntervalHours(schedule: string): number | undefined {
  const text = withoutZone(schedule);
  if (text.startsWith('@every ')) {
    const seconds = durationSeconds(text.slice('@every '.length).trim());
    return seconds === undefined ? undefined : seconds / 3600;
  }
  const values = cronValues(text);
  if (values === undefined) return named.get(text);
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = values;
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const within = Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  const overnight = daysApart(days, months, weekdays) * 1440 - ((times.at(-1) ?? 0) - (times[0] ?? 0));
  return Math.max(within, overnight) / 60;
}

function daysApart(days: readonly number[], months: readonly number[], weekdays: readonly number[]): number {
  const inMonth = days.length === 31 ? 1 : longestStep([...new Set(days.map((day) => Math.min(day, 30)))], 30);
  const inWeek = longestStep(weekdays, 7);
  // Where days of the month and of the week are both named, either will do.
  const apart = inMonth === 1 || inWeek === 1 ? Math.max(inMonth, inWeek) : Math.min(inMonth, inWeek);
  return apart + (longestStep(months, 12) - 1) * (365 / 12);
}

/** The longest step from one value to the next, and from the last to the first of the next round. */
function longestStep(values: readonly number[], round: number): number {
  const first = values[0] ?? 0;
  return Math.max(...values.map((value, index) => (values[index + 1] ?? first + round) - value));
}
