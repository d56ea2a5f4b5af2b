import type { Json, JsonMap, Path } from '../model.ts';
import { overlay } from './merge.ts';
import type { WrittenContainer, WrittenPod } from './pod.ts';
import { dig, isMap, list, map } from './values.ts';

/** Where a workflow's spec is, by kind. */
const workflowPaths: ReadonlyMap<string, Path> = new Map<string, Path>(
  Object.entries({
    'Workflow.argoproj.io': ['spec'],
    'WorkflowTemplate.argoproj.io': ['spec'],
    'ClusterWorkflowTemplate.argoproj.io': ['spec'],
    'CronWorkflow.argoproj.io': ['spec', 'workflowSpec'],
  }),
);

/** Fields of a template that replace the workflow's own for the pod it makes; lists of volumes add up instead. */
const overriding = [
  'securityContext',
  'nodeSelector',
  'affinity',
  'tolerations',
  'hostAliases',
  'serviceAccountName',
  'automountServiceAccountToken',
  'priorityClassName',
  'schedulerName',
] as const;

/** What the workflow calls a field that templates have by the pod's name for it. */
const workflowNames: Readonly<Record<string, string>> = { priorityClassName: 'podPriorityClassName' };

/**
 * The pods of an Argo Workflows object: one a template that runs containers. Their fields come from the template, else from
 * the workflow. Undefined for other kinds.
 */
export function argoPods(kind: string, manifest: JsonMap): WrittenPod[] | undefined {
  const at = workflowPaths.get(kind);
  if (at === undefined) return undefined;
  const workflow = map(dig(manifest, ...at));
  const defaults = map(workflow.templateDefaults);
  const written = list(workflow.templates).map((template, index) => ({
    path: [...at, 'templates', index],
    template: map(template),
  }));
  return written.flatMap(({ path, template }) => {
    const whole = overlay(defaults, template);
    const containers = [...containersOf(whole, path)];
    return containers.length === 0 ? [] : [podOf(workflow, at, whole, path, containers)];
  });
}

function podOf(workflow: JsonMap, at: Path, template: JsonMap, path: Path, containers: WrittenContainer[]): WrittenPod {
  const shared = list(workflow.volumes);
  const spec: Record<string, Json> = { ...workflow, volumes: [...shared, ...list(template.volumes)] };
  const own = new Set<string>();
  for (const field of overriding)
    if (template[field] !== undefined && template[field] !== null) {
      own.add(field);
      spec[field] = template[field];
    } else if (workflowNames[field] !== undefined) spec[field] = workflow[workflowNames[field]] ?? null;
  return {
    path,
    spec,
    metadata: overlay(map(workflow.podMetadata), map(template.metadata)),
    metadataPath: isMap(template.metadata) ? [...path, 'metadata'] : [...at, 'podMetadata'],
    containers,
    at: (...steps) => {
      const [first, ...rest] = steps;
      if (first === undefined) return path;
      if (first === 'volumes' && typeof rest[0] === 'number' && rest[0] >= shared.length)
        return [...path, 'volumes', rest[0] - shared.length, ...rest.slice(1)];
      const field = String(first);
      return own.has(field) ? [...path, field, ...rest] : [...at, workflowNames[field] ?? field, ...rest];
    },
  };
}

function* containersOf(template: JsonMap, path: Path): Generator<WrittenContainer> {
  const many = function* (list_: Json | undefined, noun: string, below: Path, kind: WrittenContainer['list']) {
    for (const [position, spec] of list(list_).entries())
      if (isMap(spec)) yield { list: kind, noun, position, path: [...path, ...below, position], spec };
  };
  yield* many(template.initContainers, 'init container', ['initContainers'], 'initContainers');
  for (const field of ['container', 'script'] as const) {
    const spec = template[field];
    // Argo names it "main" itself; people know it by its template.
    if (isMap(spec))
      yield {
        list: 'containers',
        noun: field === 'script' ? 'script' : 'container',
        position: 0,
        path: [...path, field],
        spec: { name: template.name ?? '', ...spec },
      };
  }
  yield* many(dig(template.containerSet, 'containers'), 'container', ['containerSet', 'containers'], 'containers');
  yield* many(template.sidecars, 'sidecar', ['sidecars'], 'containers');
}
