import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

test('Our own chart passes our own checks, and what is waived has a reason.', () => {
  const command = ['src/entry/plimsoll.js', 'scan', 'deploy/chart', '--format', 'json', '--fail-on', 'info'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as {
    units: { status: string }[];
    findings: { check: string; waiver?: { reason: string } }[];
    problems: unknown[];
  };
  // As it is, with a container that only renders, and with all that watches it.
  expect(report.units.map(({ status }) => status)).toEqual(['rendered', 'rendered', 'rendered']);
  expect(report.problems).toEqual([]);
  expect(report.findings.filter(({ waiver }) => waiver === undefined)).toEqual([]);
  expect(report.findings.filter(({ waiver }) => (waiver?.reason ?? '').length < 20)).toEqual([]);
  expect(status).toBe(0);
});

test('The compose file gives the server and the workers no capability, and PostgreSQL no way out.', () => {
  const compose = parse(readFileSync(`${root}/deploy/docker-compose.yml`, 'utf8'), { merge: true }) as {
    services: Record<string, { cap_drop?: string[]; read_only?: boolean; networks: string[] }>;
    networks: Record<string, { internal?: boolean } | null>;
  };
  for (const name of ['server', 'worker'])
    expect(compose.services[name]).toMatchObject({ cap_drop: ['ALL'], read_only: true });
  for (const name of ['server', 'worker', 'renderer'])
    expect(compose.services[name]).toMatchObject({ security_opt: ['no-new-privileges:true'] });
  expect(compose.services.postgres?.networks).toEqual(['database']);
  expect(compose.networks.database?.internal).toBe(true);
});

test('The renderer of the compose file has no network, no secret, and the rights alone that its jobs are kept apart with.', () => {
  const compose = parse(readFileSync(`${root}/deploy/docker-compose.yml`, 'utf8'), { merge: true }) as {
    services: Record<string, Record<string, unknown> & { environment: Record<string, string>; volumes: string[] }>;
  };
  const { renderer, server, worker } = compose.services;
  expect(renderer).toMatchObject({
    network_mode: 'none',
    read_only: true,
    cap_drop: ['ALL'],
    cap_add: ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'SETGID', 'SETUID', 'SYS_CHROOT'],
  });
  for (const secret of ['env_file', 'secrets', 'networks']) expect(renderer).not.toHaveProperty(secret);
  expect(Object.keys(renderer?.environment ?? {})).toEqual(['PLIMSOLL_SANDBOX_SOCKET', 'PLIMSOLL_CACHE']);
  const socket = renderer?.environment.PLIMSOLL_SANDBOX_SOCKET;
  for (const service of [renderer, server, worker]) {
    expect(service?.environment.PLIMSOLL_SANDBOX_SOCKET).toBe(socket);
    expect(service?.volumes).toContain('renderer-socket:/run/renderer');
  }
});
