import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checks } from '../checks/index.ts';
import { parseSettings } from '../src/config.ts';
import { settingsSchema } from '../src/settings-schema.ts';
import { inherit, type EffectiveSettings } from '../src/inherit.ts';
import { lockableKeys } from '../src/settings-layers.ts';
import { defaultSettings } from '../src/settings.ts';

const known = new Map(checks.map((check) => [check.id, check]));
const file = '.github/plimsoll.yml';

/** The settings of `acme/gitops` with what `acme/.github` holds; without a text there is no such file. */
function effective(
  own: string,
  organisation?: string,
  repository = { owner: 'acme', repo: 'gitops' },
): Promise<EffectiveSettings> {
  return inherit({ ...parseSettings(own, file, known), file }, repository, known, (owner) => {
    expect(owner).toBe(repository.owner);
    return Promise.resolve(organisation);
  });
}

describe('settings that inherit', () => {
  test('take from the organisation what the repository does not write, and from the defaults what neither does', async () => {
    const { settings, problems, origins } = await effective(
      'extends: .github\nreport: all\n',
      'fail-on: medium\nreport: introduced\nlimits: { entries: 5 }\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      ...defaultSettings,
      failOn: 'medium',
      report: 'all',
      limits: { ...defaultSettings.limits, entries: 5 },
    });
    expect(origins).toEqual({
      'fail-on': { from: 'acme/.github', locked: false },
      report: { from: file, locked: false },
      'limits.entries': { from: 'acme/.github', locked: false },
    });
  });

  test('merge checks one by one, charts by path, and count the waivers of both', async () => {
    const { settings, origins } = await effective(
      [
        'extends: acme/.github',
        'checks: { host-network: off }',
        'helm: { charts: [{ path: a, releases: [{ name: own }] }] }',
        'waivers: [{ check: host-pid, reason: ours }]',
      ].join('\n'),
      [
        'checks: { host-network: low, host-ipc: critical }',
        'helm: { charts: [{ path: a, releases: [{ name: theirs }] }, { path: b, releases: [{ name: b }] }] }',
        'waivers: [{ check: host-ipc, reason: theirs }]',
      ].join('\n'),
    );
    expect(settings.checks).toEqual({
      'host-network': { enabled: false, options: {} },
      'host-ipc': { enabled: true, severity: 'critical', options: {} },
    });
    expect(settings.helm.charts.map(({ path, releases }) => `${path} ${releases[0]?.name ?? ''}`)).toEqual([
      'a own',
      'b b',
    ]);
    expect(settings.waivers).toEqual([
      { check: 'host-pid', reason: 'ours', line: 4 },
      { check: 'host-ipc', reason: 'theirs', line: 3, file: 'acme/.github' },
    ]);
    expect(origins['checks.host-network']).toEqual({ from: file, locked: false });
    expect(origins['checks.host-ipc']).toEqual({ from: 'acme/.github', locked: false });
  });

  test('keep what the organisation locks, even at its default, and say what is not used', async () => {
    const { settings, notices, problems, origins } = await effective(
      'extends: .github\nfail-on: none\nexclude: ["**"]\nchecks: { host-network: off, host-pid: off }\nreview: false\n',
      'fail-on: medium\nlocked: [fail-on, exclude, checks.host-network]\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ failOn: 'medium', exclude: [], review: false });
    expect(Object.keys(settings.checks)).toEqual(['host-pid']);
    expect(notices.map(({ message }) => message)).toEqual([
      '"fail-on" is locked by acme/.github: what .github/plimsoll.yml says is not used.',
      '"exclude" is locked by acme/.github: what .github/plimsoll.yml says is not used.',
      '"checks.host-network" is locked by acme/.github: what .github/plimsoll.yml says is not used.',
    ]);
    expect(origins['fail-on']).toEqual({ from: 'acme/.github', locked: true });
  });

  test('lock all checks, waivers and charts at once', async () => {
    const { settings } = await effective(
      'extends: .github\nchecks: { host-pid: off }\nwaivers: [{ check: "*", reason: ours }]\nhelm: { charts: [{ path: a, releases: [{}] }] }\n',
      'checks: { host-ipc: low }\nlocked: [checks, waivers, helm]\n',
    );
    expect(settings).toMatchObject({ waivers: [], helm: { charts: [] } });
    expect(Object.keys(settings.checks)).toEqual(['host-ipc']);
  });

  test('inherit from the same owner alone, whatever the case of its name', async () => {
    expect((await effective('extends: evil/.github\n', 'fail-on: none\n')).problems).toMatchObject([
      {
        code: 'settings-extends-owner',
        file,
        message: expect.stringContaining('other owners are not trusted') as unknown,
      },
    ]);
    expect((await effective('extends: ACME/.github\n', 'fail-on: low\n')).settings.failOn).toBe('low');
    expect((await effective('extends: acme/policies\n')).problems).toMatchObject([
      { code: 'settings-invalid', line: 1 },
    ]);
  });

  test('go one step: neither a chain nor a loop is followed', async () => {
    expect((await effective('extends: .github\n', 'extends: .github\n')).problems).toMatchObject([
      { code: 'settings-extends-loop', message: 'In acme/.github: An inherited file must not inherit itself.' },
    ]);
    expect((await effective('extends: .github\n', '', { owner: 'acme', repo: '.github' })).problems).toMatchObject([
      { code: 'settings-extends-loop', file },
    ]);
  });

  test('are a problem where the inherited file is missing or wrong, named by its own place', async () => {
    expect((await effective('extends: .github\n')).problems).toMatchObject([
      { code: 'settings-extends-missing', file, hint: expect.stringContaining('default branch') as unknown },
    ]);
    const [wrong, ...rest] = (await effective('extends: .github\n', '\nfail-on: sometimes\n')).problems;
    expect(rest).toEqual([]);
    expect(wrong?.message).toMatch(/^In acme\/\.github, line 2: "fail-on": /);
    expect(wrong?.file).toBeUndefined();
  });

  test('stay as they are without extends, and nothing is read', async () => {
    const own = { ...parseSettings('fail-on: low\n', file, known), file };
    const found = await inherit(own, { owner: 'acme', repo: 'gitops' }, known, () => Promise.reject(new Error('read')));
    expect(found.settings).toBe(own.settings);
    expect(found.origins).toEqual({ 'fail-on': { from: file, locked: false } });
  });

  test('the examples of the documentation are valid, and come out as it says', async () => {
    const page = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8');
    const [organisation = '', own = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);
    const { settings, problems } = await effective(own, organisation);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ failOn: 'medium', report: 'all' });
  });

  test('every key of the file can be inherited and locked', () => {
    const keys = Object.keys(settingsSchema.shape).filter((key) => key !== 'extends' && key !== 'locked');
    expect(keys.filter((key) => !lockableKeys.includes(key))).toEqual([]);
  });

  test('only keys that exist can be locked', () => {
    expect(parseSettings('locked: [fail-on, checks.host-pid, limits.entries]\n', file, known).problems).toEqual([]);
    expect(parseSettings('locked:\n  - fail_on\n  - checks.nope\n', file, known).problems).toMatchObject([
      { line: 2, message: '"fail_on" cannot be locked.' },
      { line: 3, message: '"checks.nope" cannot be locked.' },
    ]);
  });
});
