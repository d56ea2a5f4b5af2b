import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readSettings, showConfig } from '../src/entry/show-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, '.github'));
writeFileSync(
  join(folder, '.github/plimsoll.yml'),
  'extends: .github\nfail-on: none\nreport: all\nchecks: { host-pid: off }\n',
);
const organisation = join(folder, 'organisation.yml');
writeFileSync(organisation, 'fail-on: medium\nlimits: { entries: 7 }\nlocked: [fail-on]\n');
const given = { format: 'text', sandbox: 'off' } as const;

test('config prints the settings in force, each with the file it comes from', async () => {
  const { text, valid } = await showConfig(folder, { ...given, extends: organisation });
  expect(valid).toBe(true);
  expect(text).toContain(`fail-on: medium # ${organisation}, locked\n`);
  expect(text).toContain('report: all # .github/plimsoll.yml\n');
  expect(text).toContain(`entries: 7 # ${organisation}\n`);
  expect(text).toMatch(/\n {2}# \.github\/plimsoll\.yml\n {2}host-pid:/);
  expect(text).toContain('review: true\n');
  expect(text).toContain(`# "fail-on" is locked by ${organisation}`);
  expect(parse(text)).toMatchObject({ 'fail-on': 'medium', checks: { 'host-pid': { enabled: false } } });
});

test('as JSON, programs are told the same', async () => {
  const { text } = await showConfig(folder, { ...given, format: 'json', extends: organisation });
  expect(JSON.parse(text)).toMatchObject({
    settings: { 'fail-on': 'medium' },
    origins: { 'fail-on': { from: organisation, locked: true } },
    notices: [{ code: 'setting-locked' }],
  });
});

test('what is inherited and not at hand is said, not passed over', async () => {
  const { settings, notices, problems } = await readSettings(folder);
  expect(settings.failOn).toBe('none');
  expect(problems).toEqual([]);
  expect(notices).toMatchObject([{ code: 'extends-not-read' }]);
});

test('a copy of the organisation’s settings holds for a folder without any of its own', async () => {
  expect((await readSettings(join(folder, '.github'), undefined, organisation)).settings.failOn).toBe('medium');
});

test('a file named on the command line must exist', async () => {
  await expect(readSettings(folder, undefined, join(folder, 'nope.yml'))).rejects.toMatchObject({
    code: 'settings-missing',
    hint: 'Name an existing file, or leave --extends out.',
  });
});
