import { defineCheck, ownerLabel, printable, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'sandbox-runtime-class-missing',
  title: 'Agent sandbox runs without a hardened runtime',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  kinds: ['SandboxTemplate.extensions.agents.x-k8s.io', 'Sandbox.agents.x-k8s.io'],
  why: "The code in an agent's sandbox is untrusted; with the ordinary runtime it shares the node's kernel with everything else there.",
  remedy: 'Set runtimeClassName to an installed sandbox runtime.',
  standards: { nsa: ['Kubernetes Pod security: hardening container environments'], mitre: ['T1611'] },
  peers: { kubescape: ['C-0297'] },
  options: {
    hardened: {
      type: 'strings',
      describe: 'Runtime classes that isolate a pod from the kernel of its node.',
      default: ['gvisor', 'kata', 'kata-qemu', 'kata-clh'],
    },
  },
  run(pod, context) {
    const runtime = str(pod.spec.runtimeClassName) ?? '';
    if (textOption(context.options.hardened).includes(runtime)) return;
    return {
      at: pod.at('runtimeClassName'),
      message: `${ownerLabel(pod)} runs with ${runtime === '' ? 'the default runtime' : `the runtime class ${printable(runtime)}`}, which is not a hardened one.`,
    };
  },
});
