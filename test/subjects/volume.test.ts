import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSensitivePath, isWithin, normalPath, reachesEngineSocket } from '../../src/subjects/volume.ts';

test('paths are normalised once and for all', () => {
  expect(normalPath('//etc/./a/../b/')).toBe('/etc/b');
  expect(normalPath('/../..')).toBe('/');
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', 'b')), (parts) => {
      const once = normalPath(`/${parts.join('/')}`);
      expect(normalPath(once)).toBe(once);
      expect(once).not.toMatch(/\/\.{1,2}(?:\/|$)|\/\/|.\/$/);
    }),
  );
});

test('a directory holds what lies below it, not what only begins alike', () => {
  expect(isWithin('/etc/a', '/etc')).toBe(true);
  expect(isWithin('/etc', '/etc')).toBe(true);
  expect(isWithin('/etcd', '/etc')).toBe(false);
  expect(isWithin('/a', '/')).toBe(true);
  expect(isSensitivePath('/var/lib')).toBe(false);
  expect(isSensitivePath('/var/lib/kubelet/pods')).toBe(true);
});

test('an engine socket is reached through itself and every directory above it', () => {
  for (const path of [
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run',
    '/var/run',
    '/var',
    '/',
    '/run/k3s/containerd',
    '/run/crio',
  ])
    expect([path, reachesEngineSocket(path)]).toEqual([path, true]);
  for (const path of ['', '/etc', '/run/docker.sock.old', '/var/lib', '/run/netns', '/runner'])
    expect([path, reachesEngineSocket(path)]).toEqual([path, false]);
});
