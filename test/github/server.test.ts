import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { serve } from '../../src/entry/server.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { reviewWith } from '../support/github/outcome.ts';
import { startApp } from '../support/github/start-app.ts';

let github: GitHub;
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

describe('serve', () => {
  test('answers health and readiness, and 404 elsewhere', async () => {
    const app = await startApp(github, { review: reviewWith() });
    try {
      expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${app.url}/readyz`)).json()).toEqual({ ready: true, reasons: [] });
      expect((await fetch(`${app.url}/nothing`)).status).toBe(404);
    } finally {
      await app.stop();
    }
  });

  test('mints tokens for git that read one repository’s contents and nothing else', async () => {
    await github.createRepository('acme/gitops', { files: { '.github/plimsoll.yml': '' } });
    const tokens: string[] = [];
    const app = await startApp(github, {
      review: async (job, access, signal) => {
        tokens.push(await access.token(), access.cloneUrl);
        return reviewWith()(job, access, signal);
      },
    });
    try {
      const pull = await github.openPull('acme/gitops', { title: 'x', branch: 'x' });
      await github.announce('acme/gitops', pull, 'opened');
      await app.queue?.idle();
    } finally {
      await app.stop();
    }
    expect(tokens).toEqual([expect.stringMatching(/^ghs_/), `${github.url}/acme/gitops.git`]);
    const asked = github.requests.filter(({ path, body }) => path.endsWith('/access_tokens') && body !== undefined);
    expect(asked.map(({ body }) => body)).toContainEqual({
      repositories: ['gitops'],
      permissions: { contents: 'read' },
    });
  });

  test('refuses to run without the webhook’s secret', async () => {
    const env = { ...github.env, WEBHOOK_SECRET: '' };
    await expect(serve({ env, review: reviewWith() })).rejects.toMatchObject({ code: 'usage-webhook-secret' });
  });

  test('refuses to run in production without credentials', async () => {
    await expect(serve({ env: { NODE_ENV: 'production' } })).rejects.toMatchObject({ code: 'usage-credentials' });
  });

  test('leads into Probot’s set-up page when there are no credentials', async () => {
    const before = process.env.NO_SMEE_SETUP;
    process.env.NO_SMEE_SETUP = 'true';
    const app = await startApp({ ...github, env: { HOST: '127.0.0.1' } }, { review: reviewWith() });
    try {
      const page = await fetch(`${app.url}/`);
      expect(page.url).toBe(`${app.url}/probot`);
      expect(await page.text()).toContain('merge_queues');
      expect(app.queue).toBeUndefined();
    } finally {
      if (before === undefined) delete process.env.NO_SMEE_SETUP;
      else process.env.NO_SMEE_SETUP = before;
      await app.stop();
    }
  });
});

test('The App’s manifest asks for nothing that is not used.', async () => {
  const manifest = parse(await readFile('app.yml', 'utf8')) as Record<string, unknown>;
  expect(manifest.default_permissions).toEqual({
    checks: 'write',
    contents: 'read',
    issues: 'read',
    merge_queues: 'read',
    metadata: 'read',
    pull_requests: 'write',
  });
  expect(manifest.default_events).toEqual([
    'check_run',
    'check_suite',
    'issue_comment',
    'merge_group',
    'pull_request',
    'push',
  ]);
});
