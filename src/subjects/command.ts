import type { Path } from '../model.ts';
import { keptOf } from './kept.ts';
import type { ContainerSubject } from './pod.ts';
import { below } from './below.ts';
import { dig, list, str } from './values.ts';

/** A word of a command line as it stands in the manifest. */
export interface CommandItem {
  text: string;
  at: Path;
}

/** The items of `command` and `args`, in the order in which they are run. */
export const commandItems = keptOf((container: ContainerSubject): readonly CommandItem[] => {
  const found: CommandItem[] = [];
  for (const steps of ownCommands) addItems(container, steps, found);
  return found;
});

const ownCommands = [['command'], ['args']];

/** The items of `exec` probes and lifecycle hooks, too, and the source of a workflow's script. */
export const allCommandItems = keptOf((container: ContainerSubject): readonly CommandItem[] => {
  const found = commandItems(container).slice();
  for (const steps of hookCommands) addItems(container, steps, found);
  for (const field of scriptFields) {
    const text = str(container.spec[field]);
    if (text !== undefined) found.push({ text, at: below(container.path, field) });
  }
  return found;
});

const scriptFields = ['source', 'script'];

const hookCommands = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
].map((hook) => [...hook, 'exec', 'command']);

function addItems(container: ContainerSubject, steps: readonly string[], found: CommandItem[]): void {
  const words = dig(container.spec, ...steps);
  if (!Array.isArray(words)) return;
  list(words).forEach((text, index) => {
    if (typeof text === 'string') found.push({ text, at: below(container.path, ...steps, index) });
  });
}

/** Command and arguments as one line. */
export const commandText = keptOf((container: ContainerSubject): string =>
  commandItems(container)
    .map((item) => item.text)
    .join(' '),
);
