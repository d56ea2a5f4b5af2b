import type { Json } from '../model.ts';

/**
 * Scalars as sigs.k8s.io/yaml (go-yaml v2) resolves them, which is what kubectl, helm and the API server's clients use.
 * Both readers of this folder take their scalars from here, so they cannot differ in them.
 */

const words: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
]);

/** First characters that can begin something other than a string. */
const hints = new Set(Array.from('yYnNtTfFoO~.+-0123456789', (character) => character.charCodeAt(0)));

const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/;
const longest = 2n ** 64n;

/** The value of an untagged plain scalar. Infinity and NaN come back as such: JSON, and so Kubernetes, refuses them. */
export function resolvePlain(text: string): null | boolean | number | string {
  if (text === '') return null;
  if (!hints.has(text.charCodeAt(0))) return text;
  if (text.length <= 5) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  if (first === 0x2e) return float.test(text) ? Number(text) : text;
  if (first > 0x39) return text;
  return resolveNumber(text);
}

/** `text` begins with a sign or a digit. Underscores do not count; sexagesimals and dates are strings. */
function resolveNumber(text: string): number | string {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const match = integer.exec(digits);
  if (match !== null) {
    const [, sign, hex, binary, octal, old, decimal] = match;
    const read =
      decimal ??
      (hex !== undefined
        ? `0x${hex}`
        : binary !== undefined
          ? `0b${binary}`
          : `0o${octal ?? (old === '' ? '0' : (old ?? '0'))}`);
    if (digits.length <= 12) return (sign === '-' ? -Number(read) : Number(read)) + 0;
    const big = BigInt(read);
    // int64 for signed numbers, uint64 for others; what does not fit is a float when its digits are decimal.
    if (big < (sign === '-' ? longest / 2n + 1n : sign === '+' ? longest / 2n : longest))
      return Number(sign === '-' ? -big : big);
  }
  if (!float.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

/** What an explicit tag makes of a scalar; `undefined` when the value does not fit the tag, which is an error. */
export function resolveTagged(tag: string, text: string): null | boolean | number | string | undefined {
  const short = /^tag:yaml\.org,2002:(.*)$/.exec(tag)?.[1];
  if (short === 'binary') return decodeBase64(text);
  if (short === 'timestamp') return text;
  if (short !== 'int' && short !== 'float' && short !== 'bool' && short !== 'null') return text;
  const value = resolvePlain(text);
  const type = value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
  if (type !== 'number') return type === short ? value : undefined;
  if (short === 'float') return value;
  return short === 'int' && !looksFloat(text) ? value : undefined;
}

function looksFloat(text: string): boolean {
  return !integer.test(text.replaceAll('_', ''));
}

/** Standard base64, white space ignored; undefined when it is none. The bytes are read as UTF-8. */
function decodeBase64(text: string): string | undefined {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)));
}

/** A resolved scalar as the key of a JSON object; undefined for those that JSON and Kubernetes refuse. */
export function keyText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value) ? wholeKey(value) : floatKey(value);
}

function wholeKey(value: number): string {
  return Math.abs(value) < 1e21 ? BigInt(value).toString() : floatKey(value);
}

/** Go prints float keys as the shortest decimal that reads back as the same 32 bit float. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(Math.fround(value))) return value < 0 ? '-.inf' : '.inf';
  for (let digits = 1; digits <= 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) !== Math.fround(value)) continue;
    const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
    if (exponent >= -4 && exponent < 21) return String(Number(text));
    const [mantissa = ''] = Number(text).toExponential().split('e');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return String(value);
}
