import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findProgram, locateTools } from '../../src/render/tools.ts';

const program = join(import.meta.dirname, '../../src/entry/plimsoll.js');

test('the command line renders one’s own files where nothing isolates, and says so once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-own-'));
  try {
    chmodSync(folder, 0o755);
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    for (const name of ['setpriv', 'prlimit', 'git'])
      symlinkSync(findProgram(name, process.env) ?? '', join(programs, name));
    writeFileSync(
      join(programs, 'unshare'),
      '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    for (const chart of ['a', 'b']) {
      mkdirSync(join(folder, `charts/${chart}/templates`), { recursive: true });
      writeFileSync(join(folder, `charts/${chart}/Chart.yaml`), `apiVersion: v2\nname: ${chart}\nversion: 0.1.0\n`);
      writeFileSync(
        join(folder, `charts/${chart}/templates/a.yaml`),
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n',
      );
    }
    const { helm, kustomize } = await locateTools(process.env);
    const { stdout, stderr } = spawnSync(process.execPath, [program, 'scan', 'charts', '--format', 'json'], {
      cwd: folder,
      env: { PATH: programs, HOME: folder, PLIMSOLL_HELM: helm.path, PLIMSOLL_KUSTOMIZE: kustomize.path },
      encoding: 'utf8',
    });
    const { units } = JSON.parse(stdout) as { units: { status: string }[] };
    expect(units.map(({ status }) => status)).toEqual(['rendered', 'rendered']);
    const said = stderr.split('\n').filter((line) => line.includes('without isolation'));
    expect(said).toEqual([
      expect.stringMatching(
        /^plimsoll: rendering without isolation \(jail: .*unshare failed: Operation not permitted; bwrap: .*\): fine for your own files, not for a stranger's\.$/,
      ),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
