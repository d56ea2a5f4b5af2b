import { defineCheck, matchesAny, ownerLabel, printable, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'runtime-class-not-allowed',
  title: 'RuntimeClass missing or outside the approved list',
  category: 'pod-security',
  severity: 'medium',
  default: 'off',
  on: 'pod',
  why: 'Code that is not trusted runs on the kernel of the node, or with a runtime that nobody agreed on.',
  remedy: 'Set runtimeClassName to a sandboxed class (gVisor, Kata) for untrusted code.',
  standards: { nsa: ['Kubernetes Pod security: hardening container environments'], mitre: ['T1611'] },
  peers: { kyverno: ['psp-migration/restrict-runtimeClassName', 'psp-migration/add-runtimeClassName'] },
  options: {
    allowed: {
      type: 'strings',
      describe: 'Runtime classes that may be named; any when empty. * matches any run of characters.',
      default: [],
    },
    required: {
      type: 'strings',
      describe: 'Namespaces whose pods must name one; * matches any run of characters.',
      default: [],
    },
  },
  run(pod, { options, set }) {
    const name = str(pod.spec.runtimeClassName) ?? '';
    const allowed = textOption(options.allowed);
    const at = pod.at('runtimeClassName');
    if (name === '') {
      const { namespace } = pod.resource;
      if (matchesAny(namespace, options.required)) return { at, message: `${ownerLabel(pod)} names no runtime class.` };
      return;
    }
    if (allowed.length > 0 && !matchesAny(name, allowed))
      return { at, message: `${ownerLabel(pod)} uses the runtime class ${printable(name)}.` };
    else if (
      set.ofKind('RuntimeClass.node.k8s.io').length > 0 &&
      set.find('RuntimeClass.node.k8s.io', '', name).length === 0
    )
      return {
        at,
        message: `${ownerLabel(pod)} names the runtime class ${printable(name)}, which is none of those that are declared.`,
      };
  },
});
