import { PlimsollError } from '../errors.ts';
import type { Observe } from '../observe.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * The sandbox, each of whose runs is seen: which tool, and how it ended (`done`, `refused` when the tool says that it cannot render,
 * else the code of the limit or trouble that stopped it). Its arguments name files: they are nobody's business.
 */
export function watched(sandbox: Sandbox, observe: Observe): Sandbox {
  return {
    ...sandbox,
    open: async () => {
      const workspace = await sandbox.open();
      return {
        ...workspace,
        run: (tool, args, options) =>
          observe('render', { tool }, async (note) => {
            try {
              const result = await workspace.run(tool, args, options);
              note({ outcome: result.exitCode === 0 ? 'done' : 'refused' });
              return result;
            } catch (error) {
              note({ outcome: error instanceof PlimsollError ? error.code : 'stopped' });
              throw error;
            }
          }),
      };
    },
  };
}
