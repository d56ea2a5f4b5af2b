import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startGitHub } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';
import { tellStory } from '../support/story.ts';

const file = join(import.meta.dirname, 'story.txt');

test('One pull request through five pushes leaves in its check run and threads what story.txt tells.', async () => {
  const github = await startGitHub({ grant: { contents: 'write' } });
  const app = await startApp(github);
  try {
    const told = await tellStory(github, app);
    if (process.env.UPDATE !== undefined) await writeFile(file, told);
    expect(told).toBe(await readFile(file, 'utf8'));
  } finally {
    await app.stop();
    await github.close();
  }
}, 240_000);
