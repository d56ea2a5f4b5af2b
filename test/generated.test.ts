import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readFixture } from './support/check-fixture.ts';

test('what is derived from the sources is as `npm run generate` writes it: the list of checks, their pages, the schema', () => {
  const root = join(import.meta.dirname, '..');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

/** Pages without a good example, and why. */
const withoutGood: Readonly<Record<string, string>> = {
  'cronjob-inventory': 'It lists every CronJob; none is better than another.',
  'namespace-inventory': 'It takes down every namespace.',
};

test('the page of every check shows what it reports and what it does not', () => {
  const pages = new URL('../docs/checks/', import.meta.url);
  const lacking = readdirSync(pages).filter((name) => {
    if (name === 'README.md') return false;
    const [, examples = ''] = readFileSync(new URL(name, pages), 'utf8').split('\n## Example\n');
    const [bad = '', good = ''] = (examples.split('\n## ')[0] ?? '').split('\nNot reported:\n').map(yamlIn);
    return bad === '' || good === '' || good === bad;
  });
  expect(lacking).toEqual(Object.keys(withoutGood).map((id) => `${id}.md`));
});

const yamlIn = (text: string): string => /```yaml\n([^]*?)```/.exec(text)?.[1] ?? '';

test('a case called bad example is reported, one called good example is not, and both are of one setting', () => {
  const fixtures = new URL('checks/', import.meta.url);
  for (const name of readdirSync(fixtures)) {
    const cases = readFixture(new URL(name, fixtures));
    const bad = cases.find(({ title }) => title === 'bad example');
    const good = cases.find(({ title }) => title === 'good example');
    const found = { bad: bad?.expected.size !== 0, good: good !== undefined && good.expected.size > 0 };
    expect({ name, ...found }).toEqual({ name, bad: true, good: false });
    if (bad !== undefined && good !== undefined)
      expect({ name, options: good.options, version: good.kubeVersion }).toEqual({
        name,
        options: bad.options,
        version: bad.kubeVersion,
      });
  }
});
