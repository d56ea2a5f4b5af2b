/**
 * How many rendered lines find their template line: `npm run test:lines [FOLDER…]`, over all charts and all sets of values that
 * are found there. Objects of crds/ and CustomResourceDefinitions, comments and blank lines are left out. Exits 1 below 99.9 %.
 */
import process from 'node:process';
import { resolve } from 'node:path';
import { PlimsollError } from '../src/errors.ts';
import type { HelmUnit, Tree } from '../src/model.ts';
import { discoverUnits } from '../src/render/discover.ts';
import { openTrial } from '../src/render/helm/again.ts';
import { templatesOf } from '../src/render/helm/chart-templates.ts';
import { lineMapOf } from '../src/render/helm/marked-render.ts';
import { sourcesOf } from '../src/render/helm/source.ts';
import { listingOf } from '../src/render/listing.ts';
import { openSandbox } from '../src/render/open-sandbox.ts';
import { rendererOf } from '../src/render/renderers.ts';
import type { Sandbox } from '../src/render/sandbox.ts';
import { defaultSettings } from '../src/settings.ts';
import { workTree } from '../src/tree/work-tree.ts';

interface Count {
  lines: number;
  known: number;
}

const goal = 0.999;
const { sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' });
const folders = process.argv.slice(2);
const total: Count = { lines: 0, known: 0 };
let renders = 0;
for (const folder of folders.length > 0 ? folders : ['examples/repository', 'test/causality/repository']) {
  const tree = workTree(resolve(folder), defaultSettings.limits);
  const { units } = await discoverUnits(tree, 'all', defaultSettings);
  for (const unit of units) {
    if (unit.kind !== 'helm') continue;
    const count = await countUnit(unit, tree, sandbox);
    if (count === undefined) continue;
    renders += 1;
    total.lines += count.lines;
    total.known += count.known;
  }
}
const share = total.lines === 0 ? 1 : total.known / total.lines;
console.log(
  `${renders} renders, ${total.lines} lines, ${total.known} with a template line: ${(100 * share).toFixed(3)} %`,
);
process.exitCode = share >= goal ? 0 : 1;

async function countUnit(unit: HelmUnit, tree: Tree, sandbox: Sandbox): Promise<Count | undefined> {
  const context = { tree, sandbox, kubeVersion: `${defaultSettings.kubeVersion}.0`, apiVersions: [] };
  try {
    const { text } = await rendererOf(unit).render(unit, context);
    await using trial = await openTrial(unit, context);
    const templates = await templatesOf(tree, unit.root, () => trial.templates());
    const sources = await sourcesOf(tree, await listingOf(tree), unit.root);
    const map = await lineMapOf({ text, sources, unit }, templates, trial);
    return countLines(unit, text, (line) => map.at(line).length > 0);
  } catch (error) {
    // What does not render has no lines.
    if (error instanceof PlimsollError) return undefined;
    throw error;
  }
}

function countLines(unit: HelmUnit, text: string, isKnown: (line: number) => boolean): Count {
  const count: Count = { lines: 0, known: 0 };
  const missed: string[] = [];
  let line = 0;
  for (const document of text.split(/^(?=---$)/m)) {
    const lines = document.split('\n');
    const isCrd = /^# Source: .*\/crds\//m.test(document) || /^kind: CustomResourceDefinition$/m.test(document);
    lines.slice(0, -1).forEach((one, index) => {
      if (isCrd || /^\s*(?:#.*)?$|^---/.test(one)) return;
      count.lines += 1;
      if (isKnown(line + index + 1)) count.known += 1;
      else missed.push(one);
    });
    line += lines.length - 1;
  }
  if (missed.length > 0)
    console.log(
      `${unit.id}: ${missed.length} unknown, such as ${missed
        .slice(0, 3)
        .map((one) => one.trim().slice(0, 60))
        .join(' | ')}`,
    );
  return count;
}
