const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdays = 'sun mon tue wed thu fri sat'.split(' ');

/** Lowest and highest value of a field, and the names that stand for values from the lowest on. */
interface Field {
  from: number;
  to: number;
  names: readonly string[];
}

const fields: readonly Field[] = [
  { from: 0, to: 59, names: [] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: months },
  { from: 0, to: 6, names: weekdays },
];

/**
 * Whether Kubernetes' cron parser takes the expression: five fields or `@daily`, `@every 6h`, with an optional time zone
 * before it. https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
 */
export function isCron(expression: string): boolean {
  const text = withoutZone(expression);
  if (text.startsWith('@every ')) return (durationSeconds(text.slice('@every '.length).trim()) ?? 0) > 0;
  if (text.startsWith('@')) return /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text);
  const parts = text.split(/\s+/);
  return (
    parts.length === fields.length &&
    fields.every((field, index) => (parts[index] ?? '').split(',').every((part) => readPart(part, field) !== undefined))
  );
}

/** The expression without the time zone before it. */
export function withoutZone(expression: string): string {
  return expression.trim().replace(/^(?:CRON_)?TZ=\S+\s+/, '');
}

/** What a part of a field stands for: every `step`th value from `from` to `to`; undefined for what the parser refuses. */
function readPart(part: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [, first = '', second, written] = /^([*?]|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(part) ?? [];
  const value = (text: string): number => {
    const named = field.names.indexOf(text.toLowerCase());
    return named === -1 ? (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN) : named + field.from;
  };
  const step = Number(written ?? 1);
  if (step === 0) return undefined;
  if (first === '*' || first === '?')
    return second === undefined ? { from: field.from, to: field.to, step } : undefined;
  const [from, to] = [value(first), value(second ?? first)];
  if (!(from >= field.from && to <= field.to && from <= to)) return undefined;
  // A number with a step goes on to the end.
  return { from, to: second === undefined && written !== undefined ? field.to : to, step };
}

/** The values of each of the five fields, in their order; undefined for an expression that has none. */
export function cronValues(expression: string): number[][] | undefined {
  const text = withoutZone(expression);
  if (text.startsWith('@') || !isCron(text)) return undefined;
  return text.split(/\s+/).map((written, index) => {
    const field = fields[index];
    const found = new Set<number>();
    for (const part of field === undefined ? [] : written.split(',')) {
      const range = field === undefined ? undefined : readPart(part, field);
      for (let at = range?.from ?? 0; range !== undefined && at <= range.to; at += range.step) found.add(at);
    }
    return [...found].sort((a, b) => a - b);
  });
}

const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration (`1h30m`); undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : undefined;
  let seconds = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy))
    seconds += Number(amount) * (units[unit] ?? 0);
  return seconds;
}
