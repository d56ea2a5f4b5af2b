import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  type Json,
  labelOf,
  list,
  parseImage,
  type Path,
  printable,
  scalarText,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'tekton-bundle-not-pinned',
  title: 'Tekton references code that is not a pinned bundle',
  category: 'supply-chain',
  severity: 'medium',
  default: 'off',
  on: 'resource',
  kinds: ['TaskRun.tekton.dev', 'PipelineRun.tekton.dev', 'Task.tekton.dev', 'Pipeline.tekton.dev'],
  why: 'Whoever changes the task or pipeline that is named changes what the build does, with the secrets of the build at hand.',
  remedy: 'Reference an OCI bundle by digest.',
  standards: { mitre: ['T1195.002'] },
  peers: { kyverno: ['tekton/require-tekton-bundle'] },
  run(resource) {
    let found: Gathered;
    for (const { ref, at } of referencesOf(resource.manifest.spec, ['spec']))
      if (!isCustom(ref) && !isPinned(ref))
        found = and(found, {
          at,
          message: `${labelOf(resource)} uses ${printable(nameOf(ref))}, which is not pinned.`,
        });
    return found;
  },
});

/** The references to tasks and pipelines of a run or pipeline. */
function* referencesOf(from: Json | undefined, path: Path): Generator<{ ref: Json; at: Path }> {
  for (const field of ['pipelineRef', 'taskRef']) {
    const ref = dig(from, field);
    if (isMap(ref)) yield { ref, at: below(path, field) };
  }
  for (const phase of ['tasks', 'finally'])
    for (const [index, task] of list(dig(from, phase)).entries()) yield* referencesOf(task, below(path, phase, index));
  const inside = dig(from, 'pipelineSpec');
  if (inside !== undefined) yield* referencesOf(inside, below(path, 'pipelineSpec'));
}

function isPinned(ref: Json): boolean {
  if (dig(ref, 'resolver') === 'git') return /^[0-9a-f]{40}$/.test(parameterOf(ref, 'revision'));
  return parseImage(str(dig(ref, 'bundle')) ?? parameterOf(ref, 'bundle')).digestValid;
}

/** A custom task is an object of its own controller, which nobody can put in a bundle. */
function isCustom(ref: Json): boolean {
  const apiVersion = str(dig(ref, 'apiVersion')) ?? '';
  return apiVersion !== '' && !apiVersion.startsWith('tekton.dev/');
}

/** What is referred to, and by which resolver where it does not say. */
function nameOf(ref: Json): string {
  return str(dig(ref, 'name')) ?? (parameterOf(ref, 'name') || (str(dig(ref, 'resolver')) ?? ''));
}

function parameterOf(ref: Json, name: string): string {
  const parameter = list(dig(ref, 'params')).find((one) => dig(one, 'name') === name);
  return scalarText(dig(parameter, 'value'));
}
