import { below, defineCheck, Label } from '../src/check.ts';

export default defineCheck({
  id: 'termination-message-policy',
  title: 'Crash output is not kept',
  category: 'observability',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: 'When the container dies, its status says nothing of why, and its log may be gone with the node.',
  remedy: 'Set FallbackToLogsOnError.',
  run(container) {
    if (container.list === 'ephemeralContainers' || !container.pod.settable) return;
    if (container.spec.terminationMessagePolicy === 'FallbackToLogsOnError') return;
    const at = below(container.path, 'terminationMessagePolicy');
    return {
      at,
      message: `${Label(container)} leaves no message when it crashes.`,
      fix: {
        description: 'Set terminationMessagePolicy to FallbackToLogsOnError.',
        edits: [{ op: 'set', path: at, value: 'FallbackToLogsOnError' }],
      },
    };
  },
});
