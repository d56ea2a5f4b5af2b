import { expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import { workloadSet } from '../../src/check.ts';
import type { Resource } from '../../src/model.ts';
import { parseFixture } from '../support/check-fixture.ts';

function objects(unit: string, yaml: string): Resource[] {
  return parseFixture(yaml).flatMap(({ resources }) => resources.map((resource) => ({ ...resource, unit })));
}

/** How many findings a check has on one folder, alone and beside another. */
function counts(id: string, here: string, there: string): [alone: number, beside: number] {
  const own = objects('plain:here', here);
  const all = [...own, ...objects('plain:there', there)];
  const [alone, beside] = [own, all].map(
    (known) =>
      runChecks(own, {
        checks: checks.filter((check) => check.id === id),
        kubeVersion: { major: 1, minor: 35 },
        complete: true,
        all: workloadSet(known, true),
      }).length,
  );
  return [alone ?? 0, beside ?? 0];
}

const admission = 'apiVersion: admissionregistration.k8s.io/v1';
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: { app: web } }\nspec: {}\n';

test.each([
  [
    'admission-policy-not-bound',
    `${admission}\nkind: ValidatingAdmissionPolicy\nmetadata: { name: web }`,
    `${admission}\nkind: ValidatingAdmissionPolicyBinding\nmetadata: { name: web }\nspec: { policyName: web }`,
  ],
  [
    'admission-policy-not-bound',
    `${admission}\nkind: ValidatingAdmissionPolicyBinding\nmetadata: { name: web }\nspec: { policyName: web }`,
    `${admission}\nkind: ValidatingAdmissionPolicy\nmetadata: { name: web }`,
  ],
  [
    'pod-security-label-missing',
    namespace,
    'apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sPSPPrivilegedContainer\nmetadata: { name: none }',
  ],
  [
    'pdb-policy-missing',
    'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }',
    pod,
  ],
  [
    'namespace-without-limit-range',
    `${namespace}---\n${pod}`,
    'apiVersion: v1\nkind: LimitRange\nmetadata: { name: web, namespace: shop }',
  ],
  [
    'namespace-without-resource-quota',
    `${namespace}---\n${pod}`,
    'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: web, namespace: shop }',
  ],
])('%s looks into the other folders of a repository', (id, here, there) => {
  expect(counts(id, here, there)).toEqual([1, 0]);
});
