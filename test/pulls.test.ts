import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSandbox } from '../src/render/open-sandbox.ts';
import type { Sandbox } from '../src/render/sandbox.ts';
import { reviewCase, textOf, type Made } from './support/pull-case.ts';
import { removeTemporary, run } from './tree/repository.ts';

const folder = join(import.meta.dirname, 'pulls');

const pod = (name: string, image = 'registry.example/app:1.0'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - name: app\n      image: ${image}\n`;

const privileged = (name: string): string => `${pod(name)}      securityContext:\n        privileged: true\n`;

const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a2146'.repeat(8)}\nsize 12345\n`;

/** Every level holds the one below nine times: nine levels would be 387 million items. */
const aliasBomb = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bomb }\na0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
  ),
  '',
].join('\n');

/** What the folders of a case cannot hold, or should not for their size. */
const made: Record<string, { base?: Made; head?: Made }> = {
  'bytes-that-are-no-text': {
    head: {
      files: {
        'ok/pod.yaml': privileged('web'),
        'nul/pod.yaml': `${privileged('nul')}# \0\n`,
        'latin-1/pod.yaml': Buffer.from(`${privileged('latin')}# caf\u00e9\n`, 'latin1'),
        'utf-16-cut/pod.yaml': Buffer.concat([
          Buffer.from([0xff, 0xfe]),
          Buffer.from(privileged('cut'), 'utf16le'),
          Buffer.from([0x20]),
        ]),
      },
    },
  },
  'bytes-that-are-read': {
    head: {
      files: {
        'bom/pod.yaml': `\uFEFF${privileged('bom')}`,
        'crlf/pod.yaml': privileged('crlf').replaceAll('\n', '\r\n'),
        'utf-16/pod.yaml': Buffer.from(`\uFEFF${privileged('utf-16')}`, 'utf16le'),
      },
    },
  },
  'ten-thousand-documents': {
    head: {
      files: {
        'many/pods.yaml': Array.from({ length: 10_000 }, (_, index) =>
          index === 9_998
            ? privileged(`p${index}`)
            : `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${index} }\n`,
        ).join('---\n'),
      },
    },
  },
  'alias-bomb': { head: { files: { 'bomb/bomb.yaml': aliasBomb } } },
  'odd-bytes-in-tools': {
    head: {
      files: {
        'charts/latin/templates/pod.yaml': Buffer.from(`${privileged('latin')}# caf\u00e9\n`, 'latin1'),
        'charts/nul/templates/pod.yaml': `${privileged('nul')}  # \0\n`,
        'charts/crlf/templates/pod.yaml': privileged('crlf').replaceAll('\n', '\r\n'),
        'charts/bomb/templates/bomb.yaml': aliasBomb,
        'kustomize/latin/pod.yaml': Buffer.from(`${privileged('latin')}  hostname: caf\u00e9\n`, 'latin1'),
        'kustomize/nul/pod.yaml': `${privileged('nul')}  # \0\n`,
        'kustomize/tabs/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: tabs\n',
      },
    },
  },
  'too-large': {
    head: {
      files: {
        'plain/pod.yaml': `${privileged('large')}${'# and on it goes\n'.repeat(100)}`,
        'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 0.1.0\n',
        'chart/templates/pod.yaml': privileged('small'),
        'chart/templates/large.yaml': `${privileged('large')}${'# and on it goes\n'.repeat(100)}`,
      },
    },
  },
  excluded: {
    head: {
      index: (work) => run(work, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor`]),
    },
  },
  'not-in-the-repository': {
    head: {
      files: {
        'charts/api/templates/pod.yaml': lfsPointer,
        'lfs/pod.yaml': lfsPointer,
        'names/pod\nname.yaml': privileged('named'),
      },
      index: (work) => {
        symlinkSync('/etc/hostname', join(work, 'ok/outside.yaml'));
        symlinkSync('../ok/nowhere.yaml', join(work, 'names/dangling.yaml'));
        run(work, ['add', '-A', '-f']);
        run(work, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/manifests`]);
      },
    },
  },
};

let sandbox: Sandbox;
beforeAll(async () => {
  ({ sandbox } = await openSandbox('auto', { layer: 'v35' }));
});
afterAll(removeTemporary);

const cases = [...new Set([...readdirSync(folder), ...Object.keys(made)])].sort();

describe('a pull request reads as its report.txt says', () => {
  test.each(cases)('%s', async (name) => {
    const text = textOf(await reviewCase({ folder: join(folder, name), ...made[name] }, sandbox));
    const file = join(folder, name, 'report.txt');
    // UPDATE=1 npm test -- test/pulls.test.ts
    if (process.env.UPDATE === '1') writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });
});
