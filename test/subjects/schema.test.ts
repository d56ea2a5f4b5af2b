import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schemaFaults } from '../../src/subjects/schema.ts';
import { schemaKinds, schemaTypes } from '../../src/subjects/schema-types.ts';
import type { JsonMap, Resource } from '../../src/model.ts';

const scalars = ['text', 'int', 'bool', 'quantity'];

test('every field of the table is well written and names a type that exists', () => {
  for (const [type, fields] of Object.entries(schemaTypes))
    for (const field of fields.split(' ')) {
      const [, of] = /^\w+(?::(\w+)(?:\[\]|\{\})?)?!?$/.exec(field) ?? [];
      expect(field).toMatch(/^\w+(?::\w+(?:\[\]|\{\})?)?!?$/);
      if (of !== undefined)
        expect([type, [...scalars, ...Object.keys(schemaTypes)]]).toEqual([type, expect.arrayContaining([of])]);
    }
});

test('an object of every kind with its metadata alone is judged, and lacks no more than what its type demands', () => {
  for (const [apiVersion, kinds] of Object.entries(schemaKinds))
    for (const kind of kinds) {
      const faults = schemaFaults(resource({ apiVersion, kind, metadata: { name: 'a', labels: { a: 'b' } } }));
      for (const { message } of faults) expect(message).toMatch(/ lacks \w+, which the API demands\.$/);
      expect(
        schemaFaults(resource({ apiVersion, kind, metadata: { name: 1 } })).map(({ message }) => message),
      ).toContain('name must be text, not a number; quote it.');
    }
});

test('whatever stands in an object, judging it ends, and every fault has a place and a sentence', () => {
  const anything = fc.object({
    key: fc.constantFrom('spec', 'metadata', 'containers', 'env', 'name', 'value', 'template', '__proto__', 'x'),
    maxDepth: 5,
  });
  fc.assert(
    fc.property(anything, (manifest) => {
      const judged = schemaFaults(resource({ ...(manifest as JsonMap), apiVersion: 'apps/v1', kind: 'Deployment' }));
      for (const { at, message } of judged) {
        expect(at.every((step) => ['string', 'number'].includes(typeof step))).toBe(true);
        expect(message).toMatch(/[.?]$/);
      }
    }),
  );
});

function resource(manifest: JsonMap): Resource {
  const { apiVersion, kind } = manifest;
  return { apiVersion, kind, namespace: '', name: 'a', manifest } as unknown as Resource;
}
