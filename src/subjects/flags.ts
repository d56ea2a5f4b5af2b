/**
 * The flags of a container's program: items of `command` and `args`, and the words of the script where the command is a shell.
 */
import type { Edit, Path } from '../model.ts';
import { commandItems, type CommandItem } from './command.ts';
import { below } from './below.ts';
import type { ContainerSubject } from './pod.ts';
import { list, str, strings } from './values.ts';

/** A setting as found: its value as text, where it stands, and how to change or delete it. */
export interface Setting {
  value: string;
  at: Path;
  set(value: string): Edit[];
  remove(): Edit[];
}

/** The last part of a path: the name of a program. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function isShell(program: string): boolean {
  return /^(?:ba|da|a|z|k)?sh$/.test(program);
}

/** `--flag=value` and `--flag`, with one dash or two. */
const flagForm = /^--?([A-Za-z][\w-]*)(=([\s\S]*))?$/;

/** A flag among words: in the forms `--flag=value`, `--flag value` (`apart`) and `--flag`. */
interface Flag {
  name: string;
  value: string;
  /** Where its word stands among them. */
  index: number;
  apart: boolean;
}

function* flagsAmong(words: readonly (string | undefined)[]): Generator<Flag> {
  for (const [index, word] of words.entries()) {
    const [, name, , given] = flagForm.exec(word ?? '') ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    const apart = given === undefined && next !== undefined && !next.startsWith('-');
    yield { name, value: plainSwitch(given ?? (apart ? next : 'true')), index, apart };
  }
}

/** Go also takes `True` and `FALSE` for switches. */
function plainSwitch(value: string): string {
  return /^(?:true|false)$/i.test(value) ? value.toLowerCase() : value;
}

/** The flags among the items of a field. */
export function* flagsOf(container: ContainerSubject, field: 'command' | 'args'): Generator<[string, Setting]> {
  for (const { name, value, index, apart } of flagsAmong(list(container.spec[field]).map(str))) {
    const at = below(container.path, field, index);
    yield [
      name,
      {
        value,
        at,
        set: (to) =>
          apart
            ? [{ op: 'set', path: below(container.path, field, index + 1), value: to }]
            : [{ op: 'set', path: at, value: `--${name}=${to}` }],
        remove: () => Array.from({ length: apart ? 2 : 1 }, () => ({ op: 'remove', path: at })),
      },
    ];
  }
}

/** Whether the container's command is a shell whose script starts the program. */
export function scriptStarts(container: ContainerSubject, program: string): boolean {
  const script = scriptOf(container);
  return script !== undefined && wordsFor(program, script.text) !== undefined;
}

/** The flags that the script gives the program. Text that would have to be cut out of it is left to people. */
export function* scriptFlags(container: ContainerSubject, program: string): Generator<[string, Setting]> {
  const script = scriptOf(container);
  const words = script === undefined ? undefined : wordsFor(program, script.text);
  if (script === undefined || words === undefined) return;
  const { text, at } = script;
  for (const { name, value, index, apart } of flagsAmong(words.map((word) => word.text))) {
    const { from = 0, to = 0 } = words[index] ?? {};
    const textWith = (given: string): string => `${text.slice(0, from)}--${name}=${given}${text.slice(to)}`;
    yield [
      name,
      {
        value,
        at,
        set: (given) => (apart ? [] : [{ op: 'set', path: at, value: textWith(given) }]),
        remove: () => [],
      },
    ];
  }
}

/** What follows `-c`, where the command is a shell. */
function scriptOf(container: ContainerSubject): CommandItem | undefined {
  if (!isShell(lastPart(strings(container.spec.command)[0] ?? ''))) return undefined;
  const items = commandItems(container);
  const option = items.findIndex(({ text }) => /^-[a-z]*c$/i.test(text));
  return option === -1 ? undefined : items[option + 1];
}

interface Word {
  text: string;
  from: number;
  to: number;
}

/** The words after the last call of the program, up to the end of its command. */
function wordsFor(program: string, script: string): Word[] | undefined {
  const words = [...script.replaceAll('\\\n', '  ').matchAll(/[|&;\n]+|(?:[^\s"'|&;]|"[^"]*"|'[^']*')+/g)].map(
    ({ 0: text, index }) => ({ text: text.replaceAll(/["']/g, ''), from: index, to: index + text.length }),
  );
  const start = words.findLastIndex(({ text }) => lastPart(text) === program);
  if (start === -1) return undefined;
  const rest = words.slice(start + 1);
  const end = rest.findIndex(({ text }) => /^[|&;\n]/.test(text));
  return end === -1 ? rest : rest.slice(0, end);
}
