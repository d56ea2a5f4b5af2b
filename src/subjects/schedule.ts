const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdays = 'sun mon tue wed thu fri sat'.split(' ');

/** Lowest and highest value of each field, and the names that stand for values from the lowest on. */
const fields: readonly { from: number; to: number; names: readonly string[] }[] = [
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
  const text = expression.trim().replace(/^(?:CRON_)?TZ=\S+\s+/, '');
  if (text.startsWith('@every ')) return (durationSeconds(text.slice('@every '.length).trim()) ?? 0) > 0;
  if (text.startsWith('@')) return /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text);
  const parts = text.split(/\s+/);
  return (
    parts.length === fields.length &&
    fields.every((field, index) => (parts[index] ?? '').split(',').every((part) => isCronPart(part, field)))
  );
}

function isCronPart(part: string, field: (typeof fields)[number]): boolean {
  const [, first = '', second, step] = /^([*?]|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(part) ?? [];
  const value = (text: string): number => {
    const named = field.names.indexOf(text.toLowerCase());
    return named === -1 ? (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN) : named + field.from;
  };
  if (step !== undefined && Number(step) === 0) return false;
  if (first === '*' || first === '?') return second === undefined;
  const [from, to] = [value(first), value(second ?? first)];
  return from >= field.from && to <= field.to && from <= to;
}

const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration (`1h30m`); undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : undefined;
  let seconds = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    seconds += Number(amount) * (units[unit] ?? 0);
  return seconds;
}
