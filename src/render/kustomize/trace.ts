/** Rendered field → the patch, entry or manifest that sets it. Questions that are asked together are answered together. */
import type { KustomizeUnit, Path, Resource, SourceLocation } from '../../model.ts';
import { wholeFile } from '../place.ts';
import { limited, mostProofs } from '../budget.ts';
import { targetOf } from '../probe.ts';
import type { Fault, RenderContext } from '../renderer.ts';
import { openTrial, type Trial } from './again.ts';
import { finderOf, type Found } from './follow.ts';
import type { Closure } from './graph.ts';
import { chartFaults, entryLocation, inRepository } from './chart-trace.ts';
import type { InflatedChart, Inflation } from './inflate.ts';
import { prove, type Outcome, type Question } from './proof.ts';

export type Trace = (resource: Resource, path: Path, fault?: Fault) => Promise<SourceLocation>;

/** A finished build, with what it takes to build it again. */
export interface KustomizeRender {
  unit: KustomizeUnit;
  context: RenderContext;
  closure: Closure;
  inflation: Inflation;
  resources: readonly Resource[];
  /** The chart that an object of the build comes from; undefined for all others. */
  inflated(resource: Resource): InflatedChart | undefined;
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
  const { closure, inflation, unit, context } = render;
  const bytes = await context.tree.readMany(closure.files);
  const texts = new Map([...bytes].map(([file, content]) => [file, content.toString('utf8')]));
  for (const { file, rendered } of inflation.charts) texts.set(file, rendered.text);
  const text = (file: string): string | undefined => texts.get(file);
  // A chart's objects are followed from what the chart renders, which is no file of the repository.
  const inCopy = (resource: Resource): Resource => {
    const chart = render.inflated(resource);
    return chart === undefined ? resource : { ...resource, origin: { file: chart.file } };
  };
  const resources = render.resources.map(inCopy);
  const finder = finderOf({ closure, all: inflation.graph, root: unit.root, resources, text });
  const find = (resource: Resource, path: Path): Found | undefined => finder(inCopy(resource), path);
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
  let trial: Promise<Trial> | undefined;
  const faultOf = chartFaults(async (chart, again) => {
    trial ??= openTrial(unit, context, closure, inflation);
    const built = await (await trial).withFiles(new Map([[chart.file, again]]));
    return built === undefined ? undefined : render.read(built);
  });
  await Promise.all(
    asked.map(async (one, index) => {
      const { resource, path, fault } = one;
      const chart = render.inflated(resource);
      const location = found[index]?.location;
      const question = questions[index];
      if (location === undefined || question === undefined) {
        const whole = wholeFile(resource.origin.file || (closure.kustomization ?? unit.root));
        one.answer(chart === undefined ? whole : entryLocation(chart, text));
        return;
      }
      const traced = { ...location, precision: precisionOf(location.precision, proved.get(question), fault) };
      one.answer(await inRepository(traced, { resource, path, fault }, inflation.charts, text, faultOf));
    }),
  ).finally(async () => (await trial)?.[Symbol.asyncDispose]());
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
  await using trial = await openTrial(render.unit, render.context, render.closure, render.inflation);
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
