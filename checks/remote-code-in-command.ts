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
    if (forms.some((form) => form.test(text)))
      return {
        at:
          commandItems(container).find(({ text }) => forms.some((form) => form.test(text)))?.at ??
          below(container.path, 'command'),
        message: `${Label(container)} downloads code and runs it.`,
      };
  },
});

const forms = [
  /\b(?:curl|wget)\b[^|;\n]{0,500}\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:[\w/.-]*\/)?(?:env\s+)?(?:ba|da|z|k)?(?:sh|python[\d.]*|node|perl)\b/,
  /(?:\b(?:ba|z|k)?sh|\bsource|(?:^|\s)\.)\s+(?:-\S+\s+)*<\(\s*(?:curl|wget)\b/,
  /\b(?:ba|da|z|k)?sh\s+-c\s+["']?\$\(\s*(?:curl|wget)\b/,
  /\bkubectl\s+(?:\S+\s+){0,6}apply\s+(?:\S+\s+){0,6}(?:-f|--filename)[\s=]*["']?https?:/,
];
