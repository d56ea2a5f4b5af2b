import { expect, test } from '@jest/globals';
import { containersOf } from '../../src/subjects/pod.ts';
import { sharedSettingAt } from '../../src/subjects/security-context.ts';
import { parseFixture } from '../support/check-fixture.ts';

const placesOf = (text: string): string[] =>
  parseFixture(text)[0]!
    .resources.flatMap((resource) => [...containersOf(resource)])
    .map((container) => sharedSettingAt(container, 'seccompProfile').join('/'));

test('a setting for all containers is written at the pod where the object may say it there, else at each container', () => {
  expect(
    placesOf('apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ name: a }] } } }'),
  ).toEqual(['spec/template/spec/securityContext/seccompProfile']);
  // Knative refuses securityContext of the pod unless its administrator turned it on.
  expect(
    placesOf('apiVersion: serving.knative.dev/v1\nkind: Service\nspec: { template: { spec: { containers: [{}] } } }'),
  ).toEqual(['spec/template/spec/containers/0/securityContext/seccompProfile']);
  expect(placesOf('apiVersion: tekton.dev/v1\nkind: Task\nspec: { steps: [{ name: a }] }')).toEqual([
    'spec/steps/0/securityContext/seccompProfile',
  ]);
});
