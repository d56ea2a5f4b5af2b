import { expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { fingerprint } from '../../src/analyze/fingerprint.ts';
import { runChecks } from '../../src/analyze/run.ts';
import { suppress } from '../../src/analyze/suppress.ts';
import { parseFixture } from '../support/check-fixture.ts';

/** What is left of some checks' findings, as `id path`. */
function left(ids: readonly string[], text: string): string[] {
  const [{ resources } = { resources: [] }] = parseFixture(text);
  const asked = checks.filter(({ id }) => ids.includes(id));
  const found = runChecks(resources, { checks: asked, kubeVersion: { major: 1, minor: 35 } });
  return suppress(found).map(({ check, violation }) => `${check.id} ${violation.at.join('/')}`);
}

const users = ['run-as-root-user', 'run-as-non-root'];

test('a step, a sidecar and the container of a template are containers, each with findings of its own', () => {
  const workflow = `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: build }
spec:
  templates:
    - { name: a, container: { image: a, securityContext: { runAsUser: 0 } }, sidecars: [{ name: s, image: a }] }
    - { name: b, script: { image: a, source: x, securityContext: { runAsUser: 0 } } }`;
  expect(left(users, workflow)).toEqual([
    'run-as-non-root spec/templates/0/sidecars/0/securityContext/runAsNonRoot',
    'run-as-root-user spec/templates/0/container/securityContext/runAsUser',
    'run-as-root-user spec/templates/1/script/securityContext/runAsUser',
  ]);
  const run = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: build }
spec:
  taskSpec: { steps: [{ name: a, image: a, securityContext: { runAsUser: 0 } }, { name: b, image: a }] }`;
  expect(left(users, run)).toEqual([
    'run-as-non-root spec/taskSpec/steps/1/securityContext/runAsNonRoot',
    'run-as-root-user spec/taskSpec/steps/0/securityContext/runAsUser',
  ]);
});

test('volumes of two templates are two volumes, one of the workflow is one', () => {
  const workflow = (own: string, shared: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: build }
spec:
  volumes: [${shared}]
  templates:
    - { name: a, container: { image: a }${own === '' ? '' : ', volumes: [{ name: v, hostPath: { path: /etc } }]'} }
    - { name: b, container: { image: a }${own} }`;
  const paths = ['host-path-volume', 'sensitive-host-path'];
  expect(left(paths, workflow(', volumes: [{ name: v, hostPath: { path: /data } }]', ''))).toEqual([
    'host-path-volume spec/templates/1/volumes/0/hostPath',
    'sensitive-host-path spec/templates/0/volumes/0/hostPath',
  ]);
  expect(left(paths, workflow('', '{ name: v, hostPath: { path: /etc } }'))).toEqual([
    'sensitive-host-path spec/volumes/0/hostPath',
  ]);
});

test('what a capability or a volume is known by outlives a container or template that is put before it', () => {
  const known = (text: string): string[] => {
    const [{ resources } = { resources: [] }] = parseFixture(text);
    const asked = checks.filter(({ id }) => ['dangerous-capability', 'host-path-volume'].includes(id));
    return runChecks(resources, { checks: asked, kubeVersion: { major: 1, minor: 35 } }).map(
      ({ check, resource, violation }) =>
        fingerprint(check.id, { kind: 'plain', root: '' }, resource, violation.at, violation.about ?? ''),
    );
  };
  const pod = (before: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [${before}{ name: app, securityContext: { capabilities: { add: [SYS_ADMIN] } } }] }`;
  expect(known(pod('{ name: other }, '))).toEqual(known(pod('')));
  const workflow = (before: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: build }
spec: { templates: [${before}{ name: a, container: { image: a }, volumes: [{ name: v, hostPath: { path: /data } }] }] }`;
  expect(known(workflow('{ name: b, container: { image: a } }, '))).toEqual(known(workflow('')));
  expect(known(workflow(''))).toHaveLength(1);
});

test('an annotation of one container does not hide that all of them lack a profile', () => {
  const annotated = `
apiVersion: v1
kind: Pod
metadata: { name: web, annotations: { container.seccomp.security.alpha.kubernetes.io/a: unconfined } }
spec: { containers: [{ name: a }, { name: b }] }`;
  expect(left(['seccomp-unconfined', 'seccomp-profile-missing'], annotated)).toEqual([
    'seccomp-profile-missing spec/containers/0/securityContext/seccompProfile/type',
    'seccomp-profile-missing spec/containers/1/securityContext/seccompProfile/type',
    'seccomp-unconfined metadata/annotations/container.seccomp.security.alpha.kubernetes.io/a',
  ]);
});
