/** Renders a chart that never ends, and says when it began. Started and killed by `processes.test.ts`. */
import { chart, writeFiles } from './arena.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';

const { sandbox } = await openSandbox('require');
await using workspace = await sandbox.open();
writeFiles(workspace.folder, chart('{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}'));
const run = workspace.run('helm', ['template', '--', process.argv[2] ?? 'x', `${workspace.inside}/c`]);
process.stdout.write('started\n');
await run;
