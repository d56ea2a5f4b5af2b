/** Rendered field → the patch, entry or manifest that sets it. Questions that are asked together are answered together. */
import type { KustomizeUnit, Path, Resource, SourceLocation } from '../../model.ts';
import { wholeFile } from '../place.ts';
import { limited, mostProofs } from '../budget.ts';
import { targetOf } from '../probe.ts';
import type { Fault, RenderContext } from '../renderer.ts';
import { openTrial } from './again.ts';
import { finderOf } from './follow.ts';
import type { Closure, Kustomizations } from './graph.ts';
import { prove, type Outcome, type Question } from './proof.ts';

export type Trace = (resource: Resource, path: Path, fault?: Fault) => Promise<SourceLocation>;

/** A finished build, with what it takes to build it again. */
export interface KustomizeRender {
  unit: KustomizeUnit;
  context: RenderContext;
  closure: Closure;
  all: Kustomizations;
  resources: readonly Resource[];
  /** The objects of a further build of the same unit. */
  read(text: string): Promise<readonly Resource[]>;
}

interface Asked {
  resource: Resource;
  path: Path;
  fault: Fault | undefined;
  answer(location: SourceLocation): void;
  fail(error: unknown): void;
}

/** Traces the fields of one build. */
export function createTracer(render: KustomizeRender): Trace {
  let waiting: Asked[] = [];
  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    answerAll(render, asked).catch((error: unknown) => {
      for (const one of asked) one.fail(error);
    });
  };
  return (resource, path, fault) =>
    new Promise((answer, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ resource, path, fault, answer, fail });
    });
}

async function answerAll(render: KustomizeRender, asked: readonly Asked[]): Promise<void> {
  const { closure, all, unit, context, resources } = render;
  const bytes = await context.tree.readMany(closure.files);
  const texts = new Map([...bytes].map(([file, content]) => [file, content.toString('utf8')]));
  const text = (file: string): string | undefined => texts.get(file);
  const find = finderOf({ closure, all, root: unit.root, resources, text });
  const found = asked.map(({ resource, path }) => find(resource, path));
  const questions = asked.map(({ resource, path, fault }, index): Question | undefined => {
    const target = targetOf(path, fault?.edits ?? []);
    // What silences a finding may be another field than the one it names.
    const one = target.path === path ? found[index] : find(resource, target.path);
    if (one === undefined) return undefined;
    return { resource, target, place: one.place, depth: one.depth, ...(fault === undefined ? {} : { fault }) };
  });
  const proved = await proofs(
    render,
    questions.filter((one) => one !== undefined),
    text,
  );
  asked.forEach((one, index) => {
    const location = found[index]?.location;
    const question = questions[index];
    if (location === undefined || question === undefined) {
      one.answer(wholeFile(one.resource.origin.file || (closure.kustomization ?? unit.root)));
      return;
    }
    one.answer({ ...location, precision: precisionOf(location.precision, proved.get(question), one.fault) });
  });
}

function precisionOf(
  found: SourceLocation['precision'],
  outcome: Outcome | undefined,
  fault: Fault | undefined,
): SourceLocation['precision'] {
  if (outcome === 'finding') return 'verified';
  if (outcome === 'field') return 'exact';
  // What is missing beside the object has no line of its own: the object's is the place.
  if (fault?.join === true) return 'exact';
  return outcome === 'no' ? 'nearest' : found;
}

async function proofs(
  render: KustomizeRender,
  questions: readonly Question[],
  text: (file: string) => string | undefined,
): ReturnType<typeof prove> {
  await using trial = await openTrial(render.unit, render.context, render.closure);
  return await prove(
    questions,
    text,
    async (files) => {
      const again = await trial.withFiles(files);
      return again === undefined ? undefined : render.read(again);
    },
    limited(mostProofs, render.context.proofs),
  );
}
