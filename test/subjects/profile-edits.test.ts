import { expect, test } from '@jest/globals';
import { applyEdits } from '../../src/analyze/edit.ts';
import { profileEdits } from '../../src/subjects/security-context.ts';
import { parseFixture } from '../support/check-fixture.ts';

const at = ['spec', 'securityContext', 'seccompProfile', 'type'];

test.each([
  ['{ type: LocalHost, localhostProfile: a.json }', 'a file'],
  ['{ localhostProfile: null, type: Unconfined }', 'a file that is null'],
  ['{ type: Unconfined }', 'no file'],
])('%s becomes a profile that the API takes: nothing but the type is left (%s)', (written) => {
  const [resource] = parseFixture(
    `kind: Pod\napiVersion: v1\nmetadata: { name: a }\nspec: { securityContext: { seccompProfile: ${written} } }`,
  )[0]!.resources;
  const { spec } = applyEdits(resource!.manifest, profileEdits(resource!, at, 'RuntimeDefault'));
  expect(spec).toEqual({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } });
});
