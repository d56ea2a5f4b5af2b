import { below, commandItems, commandText, defineCheck, Label } from '../src/check.ts';

export default defineCheck({
  id: 'remote-code-in-command',
  title: 'Start command downloads and runs code',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: 'What runs is whatever the server answers at that moment: nobody reviewed it, and whoever owns the server or the way to it decides.',
  remedy: 'Bake the code into a pinned image or mount it from a ConfigMap under review.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1105', 'T1059'] },
  run(container) {
    if (container.list === 'ephemeralContainers') return;
    const text = commandText(container);
    if (!/curl|wget|kubectl/.test(text)) return;
    const item = commandItems(container).find((one) => runsDownload(one.text));
    if (item !== undefined || runsDownload(text))
      return {
        at: item?.at ?? below(container.path, 'command'),
        message: `${Label(container)} downloads code and runs it.`,
      };
  },
});

function runsDownload(text: string): boolean {
  const line = text.replaceAll('\\\n', ' ');
  if (forms.some((form) => form.test(line))) return true;
  for (const [, program = '', rest = ''] of line.matchAll(piped)) if (readsProgram(program, rest)) return true;
  return false;
}

/** No further download begins here: of several in a row the last one is looked at, and each character once. */
const goesOn = String.raw`(?!\b(?:curl|wget)\b)`;

/** Programs that a download may pass on its way: a pipe in quotes is none, and what follows && or || is another command. */
const passed = String.raw`(?:\|(?!\|)(?:'[^'\n]{0,500}'|"[^"\n]{0,500}"|&(?!&)|${goesOn}[^|;&\n'"]){1,500}){0,6}?`;

/** What may stand before an interpreter: sudo and env with their options, and variables. */
const before = String.raw`(?:(?:[\w/.-]*\/)?(?:sudo|env)\s+|-\S+\s+|\w+=(?:'[^'\n]*'|"[^"\n]*"|[^\s'"|;&])*\s+){0,12}`;

/** A download piped into an interpreter, and what follows its name up to the end of the command. */
const piped = new RegExp(
  String.raw`\b(?:curl|wget)\b(?:${goesOn}[^|;\n]){0,500}${passed}\|\s*${before}(?:[\w/.-]*\/)?((?:ba|da|z|k)?sh|python[\d.]*|node|perl)(?![\w.-])([^|;&)\n"'\x60]*)`,
  'g',
);

/** Options that give the interpreter its program: what is piped in is then data to it. */
const ownProgram: readonly (readonly [RegExp, RegExp])[] = [
  [/sh$/, /^-[a-z]*c$/],
  [/^python/, /^-[cm]/],
  [/^node$/, /^-(?:[ep]+$|-eval|-print)/],
  [/^perl$/, /^-\w*[enE]/],
];

/** Whether the interpreter runs what it reads: it is given no program, neither as text nor as a file. */
function readsProgram(program: string, rest: string): boolean {
  const [, own] = ownProgram.find(([name]) => name.test(program)) ?? [];
  let isValue = false;
  for (const word of rest.trim().split(/\s+/)) {
    if (word === '' || word === '-' || word === '/dev/stdin' || /^\d?[<>]/.test(word)) return true;
    if (program.endsWith('sh') && /^-\w*s$/.test(word)) return true;
    if (isValue) isValue = false;
    else if (own?.test(word) === true || !word.startsWith('-')) return false;
    else isValue = /^-\w*[oO]$/.test(word);
  }
  return true;
}

const forms = [
  /(?:\b(?:ba|z|k)?sh|\bsource|(?:^|\s)\.)\s+(?:-\S+\s+)*<\(\s*(?:curl|wget)\b/,
  /\b(?:ba|da|z|k)?sh\s+-c\s+["']?\$\(\s*(?:curl|wget)\b/,
  /\bkubectl\s+(?:\S+\s+){0,6}apply\s+(?:\S+\s+){0,6}(?:-f|--filename)[\s=]*["']?https?:/,
];
