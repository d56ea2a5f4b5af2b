import { describe, expect, test } from '@jest/globals';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Json } from '../../src/model.ts';
import { effective, podsOf, type PodSubject } from '../../src/subjects/pod.ts';
import { dig } from '../../src/subjects/values.ts';

function pods(text: string): PodSubject[] {
  const where = { unit: 'plain:.', namespace: '', origin: { file: '' }, firstIndex: 0 };
  return parseManifests(text)
    .documents.flatMap((document) => resourcesOf(document, where))
    .flatMap(podsOf);
}

const names = (found: PodSubject[]): string[][] =>
  found.map((pod) => pod.containers.map((container) => container.label));

test.each([
  ['v1', 'Pod', ''],
  ['v1', 'PodTemplate', 'template'],
  ['v1', 'ReplicationController', 'spec.template'],
  ['extensions/v1beta1', 'Deployment', 'spec.template'],
  ['apps/v1', 'DaemonSet', 'spec.template'],
  ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template'],
  ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template'],
  ['v1', 'DeploymentConfig', 'spec.template'],
  ['argoproj.io/v1alpha1', 'Rollout', 'spec.template'],
  ['serving.knative.dev/v1', 'Service', 'spec.template'],
  ['agents.x-k8s.io/v1alpha1', 'Sandbox', 'spec.podTemplate'],
])('the pod of %s %s is found', (apiVersion, kind, holder) => {
  const path = holder === '' ? [] : holder.split('.');
  const spec = { containers: [{ name: 'app' }], initContainers: [{ restartPolicy: 'Always' }] };
  const body = [...path].reverse().reduce<Json>((inner, step) => ({ [step]: inner }), { spec });
  const [pod] = pods(JSON.stringify({ apiVersion, kind, ...(body as object) }));
  expect(pod?.path).toEqual([...path, 'spec']);
  expect(pod?.containers.map((container) => [container.label, container.sidecar])).toEqual([
    ['init container number 1', true],
    ['container "app"', false],
  ]);
});

test('objects without a pod spec have none, whatever their kind is called', () => {
  for (const kind of ['ConfigMap', 'constructor', '__proto__', 'toString', 'Pod'])
    expect(pods(JSON.stringify({ apiVersion: 'v1', kind, spec: [] }))).toEqual([]);
  expect(pods('{ apiVersion: v1, kind: Service, spec: { template: { spec: { containers: [{}] } } } }')).toEqual([]);
});

describe('a workflow', () => {
  const found = pods(`
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  hostNetwork: true
  securityContext: { runAsUser: 1 }
  volumes: [{ name: shared }]
  templates:
    - name: one
      volumes: [{ name: own }]
      initContainers: [{ name: first }]
      container: { image: a }
      sidecars: [{ name: beside }]
    - name: two
      securityContext: { runAsUser: 2 }
      containerSet: { containers: [{ name: left }, { name: right }] }
    - name: steps-only
      steps: []
`);

  test('makes a pod of each template that runs containers', () => {
    expect(names(found)).toEqual([
      ['init container "first"', 'container "one"', 'sidecar "beside"'],
      ['container "left"', 'container "right"'],
    ]);
    expect(found[0]?.containers[1]?.path).toEqual(['spec', 'templates', 0, 'container']);
  });

  test('says of each field whether the template or the workflow sets it', () => {
    const [one, two] = found;
    expect(one?.at('securityContext', 'runAsUser')).toEqual(['spec', 'securityContext', 'runAsUser']);
    expect(two?.at('securityContext', 'runAsUser')).toEqual(['spec', 'templates', 1, 'securityContext', 'runAsUser']);
    expect(two && effective(two.containers[0]!, 'runAsUser').value).toBe(2);
    expect(one?.at('volumes', 0)).toEqual(['spec', 'volumes', 0]);
    expect(one?.at('volumes', 1)).toEqual(['spec', 'templates', 0, 'volumes', 0]);
    for (const pod of found)
      for (const index of [0, 1]) {
        const volume = dig(pod.spec, 'volumes', index);
        if (volume !== undefined) expect(dig(pod.resource.manifest, ...pod.at('volumes', index))).toBe(volume);
      }
  });
});

test('steps of a task stand on the step template, and a run brings the pod', () => {
  const [task, run] = pods(`
apiVersion: tekton.dev/v1
kind: Task
spec:
  stepTemplate: { securityContext: { runAsUser: 5, privileged: true } }
  steps: [{ name: a, securityContext: { privileged: false }, computeResources: { limits: { cpu: 1 } } }]
  sidecars: [{ name: b }]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
spec:
  taskRunTemplate: { podTemplate: { hostNetwork: true } }
  pipelineSpec: { tasks: [{ name: x, taskSpec: { steps: [{ name: c }] } }, { name: y, taskRef: { name: z } }] }
`);
  expect(names([task!, run!])).toEqual([['step "a"', 'sidecar "b"'], ['step "c"']]);
  const step = task!.containers[0]!;
  expect(step.spec.securityContext).toEqual({ runAsUser: 5, privileged: false });
  expect(dig(step.spec, 'resources', 'limits', 'cpu')).toBe(1);
  expect(task!.settable).toBe(false);
  expect(run!.at('hostNetwork')).toEqual(['spec', 'taskRunTemplate', 'podTemplate', 'hostNetwork']);
  expect(run!.containers[0]!.path).toEqual(['spec', 'pipelineSpec', 'tasks', 0, 'taskSpec', 'steps', 0]);
});

test('a step keeps the variables and mounts of the step template beside its own', () => {
  const [task] = pods(`
apiVersion: tekton.dev/v1
kind: Task
spec:
  stepTemplate:
    env: [{ name: a, value: shared }, { name: b, value: shared }]
    volumeMounts: [{ name: x, mountPath: /x }]
    args: [shared]
  steps:
    - { name: own, args: [own], env: [{ name: b, value: own }], volumeMounts: [{ name: z, mountPath: /z }] }
    - { name: bare }
`);
  const [own, bare] = task!.containers;
  // Its own come first: that is where they stand in the object.
  expect(own!.spec.env).toEqual([
    { name: 'b', value: 'own' },
    { name: 'a', value: 'shared' },
  ]);
  expect(own!.spec.volumeMounts).toEqual([
    { name: 'z', mountPath: '/z' },
    { name: 'x', mountPath: '/x' },
  ]);
  expect(own!.spec.args).toEqual(['own']);
  expect(bare!.spec.volumeMounts).toEqual([{ name: 'x', mountPath: '/x' }]);
});

test.each([
  ['tekton.dev/v1', 'taskRunTemplate: { podTemplate: POD }', 'podTemplate', 'spec/taskRunTemplate/podTemplate'],
  ['tekton.dev/v1beta1', 'podTemplate: POD', 'taskPodTemplate', 'spec/podTemplate'],
])(
  'a task of a %s PipelineRun has its own fields before those of the run, and new ones go where that version has them',
  (apiVersion, ofRun, own, place) => {
    const run = (common: string, more: string): string => `
apiVersion: ${apiVersion}
kind: PipelineRun
spec:
  ${common}
  pipelineSpec: { tasks: [{ name: x, taskSpec: { steps: [{ name: a }] } }, { name: y, taskSpec: { steps: [{ name: b }] } }] }
  ${more}
`;
    const [x, y] = pods(
      run(
        ofRun.replace('POD', '{ hostNetwork: true, securityContext: { runAsUser: 1 } }'),
        `taskRunSpecs: [{ pipelineTaskName: x, ${own}: { securityContext: { runAsUser: 2 }, hostNetwork: null } }]`,
      ),
    );
    expect([x!.spec.securityContext, x!.spec.hostNetwork]).toEqual([{ runAsUser: 2 }, true]);
    expect(x!.at('securityContext', 'runAsUser').join('/')).toBe(
      `spec/taskRunSpecs/0/${own}/securityContext/runAsUser`,
    );
    expect(x!.at('hostNetwork').join('/')).toBe(`${place}/hostNetwork`);
    expect(y!.spec.securityContext).toEqual({ runAsUser: 1 });
    expect(y!.at('securityContext').join('/')).toBe(`${place}/securityContext`);
    const [bare] = pods(run('', ''));
    expect(bare!.at('securityContext').join('/')).toBe(`${place}/securityContext`);
  },
);
