import {
  allCommandItems,
  and,
  credentialForm,
  defineCheck,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  Label,
  mayNameCredential,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-in-command',
  title: 'Credential is passed on the command line',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: 'The command line is readable for every process of the node and for whoever may see the pod, and the credential stays in Git.',
  remedy: 'Read the value from a mounted file.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552.001'] },
  run(container) {
    const items = allCommandItems(container);
    if (items.length === 0) return;
    let takesShort = false;
    let found: Gathered;
    for (const [index, { text, at }] of items.entries()) {
      // Arguments go on with the command; a probe's command is another.
      if (at.at(-1) === 0 && at.at(-2) !== 'args') takesShort = false;
      if (program.test(text)) takesShort = true;
      const form = credentialForm(text);
      if (form !== undefined)
        found = and(found, { at, message: `${Label(container)} carries ${form} on its command line.` });
      if (form !== undefined || !text.includes('-')) continue;
      const short = takesShort || /\s/.test(text) ? shortPasswords(text, takesShort) : none;
      if (short.length === 0 && !mayNameCredential(text)) continue;
      const next = items[index + 1];
      // What is known by its form is reported where it stands.
      const follows = next?.at.length === at.length && credentialForm(next.text) === undefined;
      const following = follows ? next.text : '';
      const words = text.split(/\s+/);
      const flag =
        words.flatMap((word, position) => credentialFlag(word, words[position + 1] ?? following)).at(0) ??
        short[0]?.slice(0, 2);
      if (flag !== undefined)
        found = and(found, {
          at,
          message: `${Label(container)} carries a credential on its command line, behind ${flag}.`,
        });
    }
    return found;
  },
});

/** Programs that take a password right behind `-p`: as an item of their own, and in a script. */
const program = /(?:^|\/)(?:mysql|mysqldump|mysqladmin|mariadb|sshpass)$/;
const called = /(?:^|[\s/(`])(?:mysql|mysqldump|mysqladmin|mariadb|sshpass)\s/;
const none: readonly string[] = [];

/** Words that are `-p` with a password, in the commands of a script that take one, or in an argument of such a command. */
function shortPasswords(text: string, isArgument: boolean): readonly string[] {
  if (!text.includes('-p')) return none;
  const commands = text.replaceAll('\\\n', ' ').split(/[|&;\n]+/);
  return commands
    .filter((command) => called.test(command) || (isArgument && commands.length === 1))
    .flatMap((command) => command.split(/\s+/).filter(isShortPassword));
}

function isShortPassword(word: string): boolean {
  return /^-p[^\s'"]+$/.test(word) && !/^-p\d+$/.test(word) && isCredentialValue(word.slice(2));
}

/** The flag, when its value (behind `=`, or the next word) is a credential. */
function credentialFlag(word: string, next: string): string[] {
  const [, flag, value] = /^['"]?(--?[A-Za-z][\w.-]{1,63})(?:=(.*))?$/.exec(word) ?? [];
  if (flag === undefined || !isCredentialFlag(flag)) return [];
  const text = (value ?? next).replaceAll(/^['"]|['"]$/g, '');
  return isCredentialValue(text) && !text.startsWith('-') && !text.startsWith('$') ? [flag] : [];
}

/** Flags named `secret` alone mostly take the name of a Secret. */
function isCredentialFlag(flag: string): boolean {
  return (
    isCredentialName(flag) && (!/secret$/i.test(flag) || /(?:client|api|app|shared|consumer)[-_.]?secret$/i.test(flag))
  );
}
