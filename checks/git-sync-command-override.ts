import { and, below, commandItems, defineCheck, type Gathered, imageOf, Label, variablesOf } from '../src/check.ts';

export default defineCheck({
  id: 'git-sync-command-override',
  title: 'git-sync binary path is overridable by environment',
  category: 'workload-hardening',
  severity: 'high',
  default: 'on',
  on: 'container',
  why: "git-sync runs whatever program this names, so whoever may edit the workload's environment runs code with its rights.",
  remedy: 'Remove the variable and restrict who may edit the workload.',
  standards: { mitre: ['T1059'] },
  peers: { checkov: ['CKV_K8S_159'] },
  run(container) {
    if (container.list === 'ephemeralContainers') return;
    let found: Gathered;
    for (const { name, index } of variablesOf(container))
      if (name === 'GITSYNC_GIT') {
        const at = below(container.path, 'env', index);
        found = and(found, {
          at,
          message: `${Label(container)} lets the variable GITSYNC_GIT choose the program that git-sync runs.`,
          fix: { description: 'Delete the variable GITSYNC_GIT.', edits: [{ op: 'remove', path: at }], risky: true },
        });
      }
    if (!imageOf(container).base.includes('git-sync')) return found;
    const items = commandItems(container);
    for (const [index, { text, at }] of items.entries()) {
      const [, value] = /^--?git(?:=(.*))?$/s.exec(text) ?? [];
      const program = value ?? (/^--?git$/.test(text) ? items[index + 1]?.text : 'git');
      if (program !== 'git')
        found = and(found, { at, message: `${Label(container)} makes git-sync run another program than git.` });
    }
    return found;
  },
});
