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
    // The steps of a task have no such field.
    if (!container.pod.settable || container.path.includes('steps')) return;
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
