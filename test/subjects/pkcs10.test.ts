import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requestedSubject } from '../../src/subjects/pkcs10.ts';

const pem = (der: Uint8Array): string =>
  btoa(
    `-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...der))}\n-----END CERTIFICATE REQUEST-----\n`,
  );

test('a request cut off or made up is no request and breaks nothing', () => {
  expect(requestedSubject('')).toBeUndefined();
  expect(requestedSubject('bm90IGEgcmVxdWVzdA==')).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const subject = requestedSubject(pem(Uint8Array.from([0x30, bytes.length, 0x30, ...bytes])));
      expect(subject === undefined || Array.isArray(subject.organizations)).toBe(true);
    }),
  );
});

test('organisation and common name are read', () => {
  const text = (type: number, value: string): number[] => {
    const bytes = Array.from(new TextEncoder().encode(value));
    const attribute = [0x06, 3, 0x55, 0x04, type, 0x0c, bytes.length, ...bytes];
    return [0x31, attribute.length + 2, 0x30, attribute.length, ...attribute];
  };
  const names = [...text(10, 'team'), ...text(3, 'jane')];
  const info = [0x02, 1, 0, 0x30, names.length, ...names];
  const request = [0x30, info.length + 2, 0x30, info.length, ...info];
  expect(requestedSubject(pem(Uint8Array.from(request)))).toEqual({ organizations: ['team'], commonName: 'jane' });
});
