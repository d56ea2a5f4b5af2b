import {
  and,
  below,
  defineCheck,
  type Gathered,
  handlerOf,
  Label,
  probeNames,
  probeOf,
  str,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'exec-probe-anti-pattern',
  title: 'Exec probe runs a meaningless command',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'container',
  kinds: ['LongRunningWorkload'],
  why: 'The command tells that a program can be started, not that the application answers, and some are heavy enough to hurt it.',
  remedy: 'Probe the application.',
  peers: { kyverno: ['other/deny-commands-in-exec-probe'] },
  options: {
    commands: {
      type: 'strings',
      describe: 'Programs that say nothing about the application.',
      default: ['jcmd', 'ps', 'ls', 'cat', 'true'],
    },
  },
  run(container, { options }) {
    const listed = textOption(options.commands);
    let violations: Gathered;
    for (const name of probeNames) {
      const probe = probeOf(container, name);
      const handler = probe === undefined ? undefined : handlerOf(probe);
      if (handler?.type !== 'exec') continue;
      const found = programsOf(handler.command.map((word) => str(word) ?? '')).find((program) =>
        listed.includes(program),
      );
      if (found !== undefined)
        violations = and(violations, {
          at: below(container.path, name, 'exec', 'command'),
          message: `${Label(container)} is asked by ${found} whether it works.`,
        });
    }
    return violations;
  },
});

/** The programs a command starts; those of its script where it is a shell's. */
function programsOf(command: readonly string[]): string[] {
  const [first = '', ...rest] = command;
  const program = first.slice(first.lastIndexOf('/') + 1);
  const script = ['sh', 'bash', 'ash', 'dash'].includes(program)
    ? rest.find((word) => !word.startsWith('-'))
    : undefined;
  if (script === undefined) return [program];
  return script.split(/[|;&\n]+/).map((part) => {
    const word = part.trim().split(/\s/)[0] ?? '';
    return word.slice(word.lastIndexOf('/') + 1);
  });
}
