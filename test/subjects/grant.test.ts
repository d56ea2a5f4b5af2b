import { describe, expect, test } from '@jest/globals';
import { deedsOf, grantOf, writeVerbs } from '../../src/subjects/grant.ts';
import type { PolicyRule } from '../../src/subjects/rbac.ts';

const rule = (given: Partial<PolicyRule>): PolicyRule => ({
  path: ['rules', 0],
  apiGroups: [''],
  resources: ['configmaps'],
  resourceNames: [],
  nonResourceURLs: [],
  verbs: [],
  ...given,
});

describe('deedsOf', () => {
  test.each([
    [['create'], 'create'],
    [['patch', 'update', 'get'], 'change'],
    [['deletecollection', 'create'], 'create and delete'],
    [['*'], 'create, change and delete'],
  ])('says of %j only what is asked for', (verbs, deeds) => {
    const grant = grantOf(rule({ verbs }), { resources: ['configmaps'], verbs: writeVerbs });
    expect(grant === undefined ? '' : deedsOf(grant)).toBe(deeds);
  });
});
