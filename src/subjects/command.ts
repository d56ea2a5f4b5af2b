import type { Path } from '../model.ts';
import { keptFor } from './kept.ts';
import type { ContainerSubject } from './pod.ts';
import { below } from './below.ts';
import { dig, list, str } from './values.ts';

/** A word of a command line as it stands in the manifest. */
export interface CommandItem {
  text: string;
  at: Path;
}

/** The items of `command` and `args`, in the order in which they are run. */
export const commandItems = keptFor((container: ContainerSubject): readonly CommandItem[] =>
  ['command', 'args'].flatMap((field) => itemsAt(container, [field])),
);

/** The items of `exec` probes and lifecycle hooks, too, and the source of a workflow's script. */
export const allCommandItems = keptFor((container: ContainerSubject): readonly CommandItem[] => {
  const hooks = hookCommands.flatMap((steps) => itemsAt(container, steps));
  const scripts = ['source', 'script'].flatMap((field) => {
    const text = str(container.spec[field]);
    return text === undefined ? [] : [{ text, at: below(container.path, field) }];
  });
  return [...commandItems(container), ...hooks, ...scripts];
});

const hookCommands = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
].map((hook) => [...hook, 'exec', 'command']);

function itemsAt(container: ContainerSubject, steps: readonly string[]): CommandItem[] {
  return list(dig(container.spec, ...steps)).flatMap((item, index) =>
    typeof item === 'string' ? [{ text: item, at: below(container.path, ...steps, index) }] : [],
  );
}

/** Command and arguments as one line. */
export const commandText = keptFor((container: ContainerSubject): string =>
  commandItems(container)
    .map((item) => item.text)
    .join(' '),
);
