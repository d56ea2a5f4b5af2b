import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checks } from '../checks/index.ts';
import { parseSettings } from '../src/config.ts';
import { defaultSettings } from '../src/settings.ts';

const known = new Map(checks.map((check) => [check.id, check]));
const file = '.github/plimsoll.yml';
const read = (text: string): ReturnType<typeof parseSettings> => parseSettings(text, file, known);
const said = (text: string): string[] =>
  read(text).problems.map((problem) => `${problem.line ?? '?'}: ${problem.message} ${problem.hint}`);

describe('good settings', () => {
  test('an empty file means the defaults', () => {
    expect(read('')).toEqual({ settings: defaultSettings, problems: [] });
    expect(read('# nothing yet\n')).toEqual({ settings: defaultSettings, problems: [] });
  });

  test('a Kubernetes version written as a number is read as it is written', () => {
    expect(read('kube-version: 1.30').settings.kubeVersion).toBe('1.30');
    expect(read('kube-version: "1.30.4"').settings.kubeVersion).toBe('1.30');
  });

  test('a check is a switch, a severity, or both with options', () => {
    const { settings, problems } = read(
      'checks:\n  privileged-container: off\n  host-network: low\n  host-pid: { enabled: true, severity: critical }\n',
    );
    expect(problems).toEqual([]);
    expect(settings.checks).toEqual({
      'privileged-container': { enabled: false, options: {} },
      'host-network': { enabled: true, severity: 'low', options: {} },
      'host-pid': { enabled: true, severity: 'critical', options: {} },
    });
  });

  test('a release without a name of its own is shown by its values files', () => {
    const { settings } = read(
      'helm:\n  charts:\n    - path: ./charts/api/\n      releases:\n        - values: [env/prod.yaml]\n',
    );
    expect(settings.helm.charts).toEqual([
      { path: 'charts/api', releases: [{ variant: 'prod.yaml', name: '', namespace: '', values: ['env/prod.yaml'] }] },
    ]);
  });

  test('a waiver knows its line', () => {
    const { settings } = read('waivers:\n  - check: privileged-container\n    reason: node agent\n');
    expect(settings.waivers).toEqual([{ check: 'privileged-container', reason: 'node agent', line: 2 }]);
  });
});

describe('bad settings', () => {
  test('text that is not YAML names the line', () => {
    expect(said('fail-on: high\nreport: [\n')[0]).toMatch(/^[23]: The settings are not YAML: /);
  });

  test('a list is not a mapping', () => {
    expect(said('- a\n')[0]).toMatch(
      /^1: The settings must be a mapping of keys, not a list or a single value\. Allowed keys: fail-on, /,
    );
  });

  test('an unknown key is named with its line and what is allowed', () => {
    expect(said('fail-on: high\nfail_on: low\n')).toEqual([
      expect.stringMatching(/^2: "fail_on" is not a setting\. Allowed keys: fail-on, report/),
    ]);
  });

  test('a wrong value is named with what is allowed', () => {
    expect(said('fail-on: hihg\n')[0]).toMatch(/^1: "fail-on": .* Allowed: none, info, low, medium, high, critical\.$/);
  });

  test('an unknown check is named with the nearest one', () => {
    expect(said('checks:\n  privileged: off\n')[0]).toBe(
      '2: There is no check "privileged". Did you mean "privileged-container"? "plimsoll checks" lists all of them.',
    );
    expect(said('waivers:\n  - check: nope\n    reason: because\n')[0]).toMatch(/^2: There is no check "nope"\./);
  });

  test('a values file outside the repository is refused', () => {
    expect(said('helm:\n  charts:\n    - path: ../other\n      releases: [{}]\n')[0]).toMatch(/inside the repository/);
    expect(said('helm:\n  charts:\n    - path: a\n      releases: [{ values: [/etc/passwd] }]\n')[0]).toMatch(
      /inside the repository/,
    );
  });

  test('an option the check does not have is named', () => {
    expect(said('checks:\n  privileged-container: { options: { nope: 1 } }\n')[0]).toMatch(
      /^2: Option "nope" of check "privileged-container" does not exist\./,
    );
  });

  test('a regular expression that cannot be read is named at its line', () => {
    expect(
      said('checks:\n  resource-name-pattern:\n    options:\n      patterns:\n        - Namespace:/team-(/\n')[0],
    ).toMatch(
      /^4: Option "patterns" of check "resource-name-pattern" has an item whose regular expression is not valid: missing closing \): `team-\(`/,
    );
  });

  test('an option that is wrong is not in force', () => {
    const { settings } = read(
      [
        'checks:',
        '  resource-name-pattern:',
        '    severity: low',
        '    options: { patterns: ["Namespace:/team-(/"], nope: 1 }',
        '  image-public-registry:',
        '    options: { registries: docker.io }',
      ].join('\n'),
    );
    expect(settings.checks).toEqual({
      'resource-name-pattern': { severity: 'low', options: {} },
      'image-public-registry': { options: {} },
    });
  });

  test('whatever the text, reading it ends in settings or problems, never in a crash', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const { settings, problems } = read(text);
        expect(settings).toBeDefined();
        for (const problem of problems) expect(problem.message).not.toBe('');
      }),
    );
  });
});
