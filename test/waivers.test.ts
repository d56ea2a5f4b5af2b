import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { removeTemporary, repository } from './tree/repository.ts';

afterAll(removeTemporary);

const program = join(import.meta.dirname, '../src/entry/plimsoll.js');

interface Reported {
  findings: { check: string; file: string; line: number; waiver?: { reason: string; source: string } }[];
  notices: { code: string; message: string }[];
}

function scan(files: Record<string, string>): Reported {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'scan', '--checks', 'privileged-container,image-tag-latest', '--format', 'json'],
    { cwd: repository(files), encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Reported;
}

const container = (image: string, privileged: string): string =>
  `  containers:\n    - name: app\n      image: ${image}\n      securityContext:\n        privileged: ${privileged}\n`;
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n${spec}`;
const comment = (check: string): string => `# plimsoll: waive ${check} -- known`;
const waived = (reported: Reported): string[] =>
  reported.findings
    .map(({ check, file, line, waiver }) => `${check} ${file}:${line} ${waiver?.reason ?? 'counts'}`)
    .sort();

describe('a comment at the place to change waives what is found there', () => {
  test('the key of values.yaml, and the line of the template', () => {
    const reported = scan({
      'api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 0.1.0\n',
      'api/values.yaml': `${comment('image-tag-latest')}\ntag: latest\n`,
      'api/templates/pod.yaml': pod(
        container('registry.example/app:{{ .Values.tag }}', `true ${comment('privileged-container')}`),
      ),
    });
    expect(waived(reported)).toEqual([
      'image-tag-latest api/values.yaml:2 known',
      'privileged-container api/templates/pod.yaml:10 known',
    ]);
    expect(reported.notices).toEqual([]);
  });

  test('the line of the patch', () => {
    const reported = scan({
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': pod(container('registry.example/app:1.0', 'false')),
      'prod/kustomization.yaml': 'resources: [../base]\npatches: [{ path: patch.yaml }]\n',
      'prod/patch.yaml': pod(
        `  containers:\n    - name: app\n      securityContext:\n        ${comment('privileged-container')}\n        privileged: true\n`,
      ),
    });
    expect(waived(reported)).toEqual(['privileged-container prod/patch.yaml:10 known']);
  });
});

test('annotations of the object waive in a scan', () => {
  const annotations = `  annotations:\n    checkov.io/skip1: CKV_K8S_16=node agent\n`;
  const reported = scan({
    'pod.yaml': pod(container('registry.example/app:latest', 'true')).replace('spec:', `${annotations}spec:`),
  });
  expect(waived(reported)).toEqual([
    'image-tag-latest pod.yaml:10 counts',
    'privileged-container pod.yaml:12 node agent',
  ]);
});
