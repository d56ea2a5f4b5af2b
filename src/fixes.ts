/** What a review needs to try fixes: the trees, the renders and the judgement behind `suggestFixes`. */
import { rawFindings } from './analyze/compare.ts';
import { judge, type RunOptions } from './analyze/run.ts';
import { PlimsollError } from './errors.ts';
import type { JudgedRender } from './locate.ts';
import type { RenderUnit, Tree } from './model.ts';
import { readsOf, unitWith } from './render/reads.ts';
import type { RenderContext } from './render/renderer.ts';
import { rendererOf } from './render/renderers.ts';
import type { Fixable } from './analyze/suggest/alternatives.ts';
import { suggestFixes, type Suggested } from './suggest.ts';
import type { Judged } from './trials.ts';
import { editedTree } from './tree/edited.ts';

/** Tries the fixes of findings of the head. */
export async function suggestions(
  fixable: readonly Fixable[],
  renders: readonly JudgedRender[],
  context: RenderContext,
  limits: { concurrency: number; budget: number },
): Promise<Suggested> {
  const units = await Promise.all(
    renders.map(async ({ unit, rendered }): Promise<Judged> => ({
      unit,
      resources: rendered.resources,
      reads: await readsOf(unit, context.tree),
    })),
  );
  const byUnit = new Map(renders.map((one) => [one.unit.id, one]));
  return suggestFixes(fixable, units, {
    ...limits,
    read: (files) => readText(context.tree, files),
    async render(unit, files) {
      context.signal?.throwIfAborted();
      const changed = unitWith(unit, files);
      if (changed === undefined) return undefined;
      const before = byUnit.get(unit.id)?.rendered.problems.length ?? 0;
      return objectsOf(changed, { ...context, tree: editedTree(context.tree, files) }, before);
    },
    judge(unit, resources) {
      const options: RunOptions = { ...(byUnit.get(unit.id)?.options ?? noChecks), redundant: true };
      return rawFindings(judge(resources, options).found, unit);
    },
  });
}

const noChecks: RunOptions = { checks: [], kubeVersion: { major: 1, minor: 0 } };

async function objectsOf(unit: RenderUnit, context: RenderContext, problems: number) {
  try {
    const rendered = await rendererOf(unit).render(unit, context);
    return rendered.problems.length > problems ? undefined : rendered.resources;
  } catch (error) {
    context.signal?.throwIfAborted();
    // A trial that does not render has failed like any other.
    if (error instanceof PlimsollError) return undefined;
    throw error;
  }
}

/** Reading a larger file with all positions takes seconds; the longest values of known charts have 250 KB. */
const mostBytes = 512 * 1024;

/** Bytes that are no UTF-8 would not survive being changed. */
async function readText(tree: Tree, files: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const [file, bytes] of await tree.readMany(files)) {
    if (bytes.length > mostBytes) continue;
    const text = bytes.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(bytes)) texts.set(file, text);
  }
  return texts;
}
