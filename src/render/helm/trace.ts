/**
 * Rendered field → template line → values key. Questions that are asked together are answered together: one marked render,
 * and a few with changes for all of them.
 */
import type { Path, Resource, SourceLocation } from '../../model.ts';
import { limited, mostProofs } from '../budget.ts';
import type { Fault } from '../renderer.ts';
import { openTrial } from './again.ts';
import { templatesOf } from './chart-templates.ts';
import { prove, type RenderWith } from './proof.ts';
import type { HelmRender } from './render.ts';
import { surroundingsOf } from './surroundings.ts';

export type Trace = (resource: Resource, path: Path, fault?: Fault) => Promise<SourceLocation>;

/** One field that is asked for. */
export interface Asked {
  resource: Resource;
  path: Path;
  fault?: Fault;
}

interface Waiting extends Asked {
  answer(location: SourceLocation): void;
  fail(error: unknown): void;
}

/** Traces the fields of one render. `read` gives the objects of a further render of the same unit. */
export function createTracer(render: HelmRender, read: (text: string) => Promise<readonly Resource[]>): Trace {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    answerAll(render, asked, read).catch((error: unknown) => {
      for (const one of asked) one.fail(error);
    });
  };
  return (resource, path, fault) =>
    new Promise((answer, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ resource, path, ...(fault === undefined ? {} : { fault }), answer, fail });
    });
}

async function answerAll(
  render: HelmRender,
  asked: readonly Waiting[],
  read: (text: string) => Promise<readonly Resource[]>,
): Promise<void> {
  await using trial = await openTrial(render.unit, render.context);
  const { tree, sandbox } = render.context;
  const templates = await templatesOf(tree, render.unit.root, () => trial.templates(), sandbox.nonce);
  const surroundings = await surroundingsOf(render, templates, trial);
  const questions = await Promise.all(asked.map((one) => surroundings.questionOf(one)));
  const renderWith: RenderWith = async (change) => {
    const { values, files } = surroundings.filesOf(change);
    const again = await trial.withChanges(values, files);
    if (!('text' in again)) return again;
    const resources = await read(again.text);
    const told = new Set(asked.flatMap(({ fault }) => fault?.rendered ?? []));
    for (const rendered of told) await rendered(resources, again.text);
    return { resources };
  };
  const proved = await prove(questions, renderWith, limited(mostProofs, render.context.proofs));
  asked.forEach((one, index) => {
    const question = questions[index];
    one.answer(surroundings.locationOf(one, question === undefined ? undefined : proved.get(question)));
  });
}
