import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { locateTools } from '../../src/render/tools.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
const secret = 'canary-71d0c2';
/** Three charts, one of them with a Secret. */
const charts = (image: string): Record<string, string> =>
  Object.fromEntries(
    ['a', 'b', 'c'].flatMap((name) => [
      [`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`],
      [
        `${name}/templates/all.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {image: "${image}"}\n` +
          (name === 'a'
            ? `---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: ${secret}}\n`
            : ''),
      ],
    ]),
  );

let github: GitHub;
let folder: string;
let app: Serving | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
  chmodSync(folder, 0o755);
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', ...charts('1') } });
});
afterEach(async () => {
  await app?.stop();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  await app?.stop();
  // By their names: else they would be unpacked into the new folder.
  const { helm, kustomize } = await locateTools(process.env);
  const env = {
    PLIMSOLL_SANDBOX: 'require',
    PLIMSOLL_CACHE: folder,
    PLIMSOLL_CACHE_MAX: '64MB',
    PLIMSOLL_HELM: helm.path,
    PLIMSOLL_KUSTOMIZE: kustomize.path,
  };
  app = await startApp(github, { env });
}

/** What the cache did since the server was started, as Prometheus reads it. */
async function counted(): Promise<Record<string, number>> {
  const page = await (await fetch(`${app?.url}/metrics`)).text();
  const found = page.matchAll(/^plimsoll_render_cache_total\{event="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, event = '', count]) => [event, Number(count)]));
}

test('the next push renders only the chart that it changes, after a restart of the server too', async () => {
  await start();
  const files = charts('2');
  const pull = await github.openPull(repository, { title: 'Images', branch: 'images', files });
  await github.announce(repository, pull, 'opened');
  await app?.queue?.idle();
  // Base and head of three charts.
  expect(await counted()).toEqual({ miss: 6 });

  await start();
  const pushed = await github.push(repository, pull, { files: { ...files, 'b/templates/all.yaml': '# nothing\n' } });
  await github.announce(repository, pushed, 'synchronize');
  await app?.queue?.idle();
  expect(await counted()).toEqual({ hit: 5, miss: 1 });
  expect(github.checkRuns(repository, pushed.head.sha)).toMatchObject([{ conclusion: 'success' }]);

  const written = readdirSync(join(folder, 'renders'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, 'renders', path))
    .filter((path) => lstatSync(path).isFile());
  expect(written).toHaveLength(7);
  for (const path of written) expect(readFileSync(path, 'latin1')).not.toContain(secret);
});
