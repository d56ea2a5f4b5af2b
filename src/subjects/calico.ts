import type { JsonMap } from '../model.ts';
import { labelValue, type Selector } from './selector.ts';

/** Deeper nesting than any policy has; keeps hostile input from exhausting the stack. */
const maxDepth = 50;

/**
 * Whether a selector of Calico (`app == 'web' && has(tier)`) selects these labels; undefined when it cannot be read.
 * Grammar: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export function calicoSelects(text: string, labels: JsonMap): boolean | undefined {
  const tokens = text.match(/&&|\|\||==|!=|[!(){},]|'[^']*'|"[^"]*"|[\w./-]+|\S/g) ?? [];
  if (tokens.length === 0) return true;
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  const peek = (ahead = 0): string => tokens[at + ahead] ?? '';
  const label = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labelValue(labels[key]) : undefined);

  const either = (depth: number): boolean => {
    let value = both(depth);
    while (peek() === '||') {
      take();
      value = both(depth) || value;
    }
    return value;
  };
  const both = (depth: number): boolean => {
    let value = one(depth);
    while (peek() === '&&') {
      take();
      value = one(depth) && value;
    }
    return value;
  };
  const one = (depth: number): boolean => {
    if (depth > maxDepth) throw new SyntaxError('nested too deep');
    if (peek() === '!') {
      take();
      return !one(depth + 1);
    }
    if (peek() === '(') {
      take();
      const value = either(depth + 1);
      expect(')');
      return value;
    }
    if ((peek() === 'all' || peek() === 'global') && peek(1) === '(') {
      take();
      take();
      expect(')');
      return true;
    }
    if (peek() === 'has' && peek(1) === '(') {
      take();
      take();
      const value = label(take()) !== undefined;
      expect(')');
      return value;
    }
    return comparison(take());
  };
  const comparison = (key: string): boolean => {
    const value = label(key);
    const operator = take();
    switch (operator) {
      case '==':
        return value === quoted();
      case '!=':
        return value !== quoted();
      case 'in':
        return members().includes(value ?? '\0');
      case 'not':
        expect('in');
        return !members().includes(value ?? '\0');
      case 'contains':
        return value?.includes(quoted()) ?? (quoted(), false);
      case 'starts':
        expect('with');
        return value?.startsWith(quoted()) ?? (quoted(), false);
      case 'ends':
        expect('with');
        return value?.endsWith(quoted()) ?? (quoted(), false);
      default:
        throw new SyntaxError(`unknown operator ${operator}`);
    }
  };
  const members = (): string[] => {
    expect('{');
    const found: string[] = [];
    while (peek() !== '}') {
      found.push(quoted());
      if (peek() === ',') take();
    }
    take();
    return found;
  };
  const quoted = (): string => {
    const token = take();
    if (!/^['"]/.test(token)) throw new SyntaxError('a quoted value is missing');
    return token.slice(1, -1);
  };
  const expect = (token: string): void => {
    if (take() !== token) throw new SyntaxError(`${token} is missing`);
  };

  try {
    const value = either(0);
    return at === tokens.length ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The selector as requirements when it is a plain conjunction of `key == 'value'`, so that an index can answer it. */
export function calicoEquality(text: string): Selector | undefined {
  const parts = text.split('&&').map((part) => /^\s*([\w./-]+)\s*==\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(part));
  const requirements = parts.flatMap((part): Selector['requirements'] =>
    part?.[1] === undefined ? [] : [{ key: part[1], operator: 'In', values: [part[2] ?? part[3] ?? ''] }],
  );
  const built = requirements.some((one) => one.key.startsWith('projectcalico.org/'));
  return requirements.length === parts.length && !built ? { requirements } : undefined;
}
