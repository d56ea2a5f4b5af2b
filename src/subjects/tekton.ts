import type { Json, JsonMap, Path } from '../model.ts';
import { overlay } from './merge.ts';
import type { WrittenContainer, WrittenPod } from './pod.ts';
import { dig, isMap, list, map } from './values.ts';

/** A task as written inside an object, and the pod template its run brings. */
interface WrittenTask {
  task: Json | undefined;
  path: Path;
  template: Json | undefined;
  templatePath: Path;
  /** Where a PipelineRun has fields of the pod for this task alone; they replace those of the template. */
  ownPath?: Path;
  /** Where the run names its service account. */
  accountPath: Path;
  metadata: Json | undefined;
  metadataPath: Path;
  settable: boolean;
}

/**
 * The pods of a Tekton object, one a task that is written inside it: containers from steps (laid over stepTemplate) and
 * sidecars, pod fields from the run's podTemplate. Undefined for other kinds.
 */
export function tektonPods(kind: string, manifest: JsonMap): WrittenPod[] | undefined {
  const tasks = tasksOf(kind, manifest);
  return tasks
    ?.map((task) => {
      const own = task.ownPath === undefined ? undefined : dig(manifest, ...task.ownPath);
      return podOf(task, dig(manifest, ...task.accountPath), map(own));
    })
    .filter((pod) => pod.containers.length > 0);
}

function tasksOf(kind: string, manifest: JsonMap): WrittenTask[] | undefined {
  const metadata = {
    metadata: manifest.metadata,
    metadataPath: ['metadata'],
    accountPath: ['spec', 'serviceAccountName'],
    settable: kind !== 'Task.tekton.dev',
  };
  switch (kind) {
    case 'Task.tekton.dev':
      return [{ task: manifest.spec, path: ['spec'], template: undefined, templatePath: ['spec'], ...metadata }];
    case 'TaskRun.tekton.dev':
      return [
        {
          task: dig(manifest.spec, 'taskSpec'),
          path: ['spec', 'taskSpec'],
          template: dig(manifest.spec, 'podTemplate'),
          templatePath: ['spec', 'podTemplate'],
          ...metadata,
        },
      ];
    case 'PipelineRun.tekton.dev':
      return ['tasks', 'finally'].flatMap((phase) => pipelineTasks(manifest, phase));
    default:
      return undefined;
  }
}

/** v1 has pod template and service account below spec.taskRunTemplate, v1beta1 right below spec. */
function pipelineTasks(manifest: JsonMap, phase: string): WrittenTask[] {
  const isBeta = manifest.apiVersion === 'tekton.dev/v1beta1';
  const pathOf = (field: string): Path => {
    const [newer, older] = [
      ['spec', 'taskRunTemplate', field],
      ['spec', field],
    ];
    if (dig(manifest, ...newer) !== undefined) return newer;
    return isBeta || dig(manifest, ...older) !== undefined ? older : newer;
  };
  const templatePath = pathOf('podTemplate');
  return list(dig(manifest.spec, 'pipelineSpec', phase)).map((task, index) => {
    const path = ['spec', 'pipelineSpec', phase, index, 'taskSpec'];
    const name = dig(task, 'name');
    const own = list(dig(manifest.spec, 'taskRunSpecs')).findIndex(
      (one) => name !== undefined && dig(one, 'pipelineTaskName') === name,
    );
    return {
      task: dig(task, 'taskSpec'),
      path,
      template: dig(manifest, ...templatePath),
      templatePath,
      ...(own === -1 ? {} : { ownPath: ['spec', 'taskRunSpecs', own, isBeta ? 'taskPodTemplate' : 'podTemplate'] }),
      accountPath: pathOf('serviceAccountName'),
      metadata: dig(task, 'taskSpec', 'metadata'),
      metadataPath: [...path, 'metadata'],
      settable: true,
    };
  });
}

function podOf(written: WrittenTask, account: Json | undefined, ownFields: JsonMap): WrittenPod {
  const task = map(written.task);
  const own = Object.fromEntries(Object.entries(ownFields).filter(([, value]) => value !== null));
  const template = { ...map(written.template), ...own };
  const shared = list(template.volumes);
  return {
    path: written.path,
    spec: {
      ...template,
      volumes: [...shared, ...list(task.volumes)],
      ...(written.settable && account !== undefined ? { serviceAccountName: account } : {}),
    },
    metadata: map(written.metadata),
    metadataPath: written.metadataPath,
    settable: written.settable,
    containers: [
      ...containersOf(task, 'steps', 'step', written.path),
      ...containersOf(task, 'sidecars', 'sidecar', written.path),
    ],
    at: (...steps) => {
      const [first, ...rest] = steps;
      if (first === undefined) return written.path;
      if (first === 'serviceAccountName') return written.accountPath;
      if (first === 'volumes' && typeof rest[0] === 'number' && rest[0] >= shared.length)
        return [...written.path, 'volumes', rest[0] - shared.length, ...rest.slice(1)];
      const holder = Object.hasOwn(own, first) ? written.ownPath : undefined;
      return [...(holder ?? written.templatePath), first, ...rest];
    },
  };
}

function containersOf(task: JsonMap, field: 'steps' | 'sidecars', noun: string, path: Path): WrittenContainer[] {
  const template = field === 'steps' ? map(task.stepTemplate) : {};
  return list(task[field]).flatMap((container, position) =>
    isMap(container)
      ? [
          {
            list: 'containers',
            noun,
            position,
            path: [...path, field, position],
            spec: resources({ ...overlay(template, container), ...mergedLists(template, container) }),
          },
        ]
      : [],
  );
}

/** Lists of a container whose entries Kubernetes merges, by what tells them apart. */
const listKeys: readonly (readonly [string, string])[] = [
  ['env', 'name'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
];

/**
 * What a step template adds to the lists of a step. The step's own come first, so that they keep their places.
 * https://github.com/tektoncd/pipeline/blob/main/pkg/apis/pipeline/v1/merge.go
 */
function mergedLists(template: JsonMap, container: JsonMap): JsonMap {
  const merged: Record<string, Json> = {};
  for (const [field, key] of listKeys) {
    const [own, shared] = [list(container[field]), list(template[field])];
    if (shared.length === 0) continue;
    const isOwn = (item: Json): boolean => own.some((one) => dig(one, key) === dig(item, key));
    merged[field] = [...own, ...shared.filter((item) => !isOwn(item))];
  }
  return merged;
}

/** v1 calls a step's resources `computeResources`. */
function resources(container: JsonMap): JsonMap {
  return container.resources === undefined && container.computeResources !== undefined
    ? { ...container, resources: container.computeResources }
    : container;
}
