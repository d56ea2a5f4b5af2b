import {
  and,
  bundleOf,
  defineCheck,
  dig,
  type Gathered,
  type Json,
  labelOf,
  list,
  parseImage,
  printable,
  scalarText,
  str,
  type TektonReference,
  tektonReferences,
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
    for (const reference of tektonReferences(resource.manifest.spec))
      if (!isCustom(reference.ref) && !isPinned(reference))
        found = and(found, {
          at: reference.at,
          message: `${labelOf(resource)} uses ${printable(nameOf(reference.ref))}, which is not pinned.`,
        });
    return found;
  },
});

function isPinned(reference: TektonReference): boolean {
  const { ref } = reference;
  if (dig(ref, 'resolver') === 'git') return /^[0-9a-f]{40}$/.test(parameterOf(ref, 'revision'));
  return parseImage(bundleOf(reference)?.reference ?? '').digestValid;
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
