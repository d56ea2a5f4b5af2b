import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Pixels; a picture of more cannot be looked at. */
const tallest = 4000;

/** A picture beside each page of the folder: as it opens, and with all that is folded open. Nothing without a browser. */
export async function screenshots(folder: string): Promise<string[]> {
  const executablePath = process.env.CHROMIUM ?? usual.find((file) => existsSync(file));
  if (executablePath === undefined) return [];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const written: string[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1040, height: 600 } });
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.html'))) {
      await page.goto(pathToFileURL(join(folder, name)).href);
      const picture = join(folder, name.replace(/\.html$/, ''));
      await shoot(page, `${picture}.png`);
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await shoot(page, `${picture}.open.png`);
      written.push(`${picture}.png`, `${picture}.open.png`);
    }
  } finally {
    await browser.close();
  }
  return written;
}

async function shoot(page: Page, path: string): Promise<void> {
  const height = Math.min(tallest, Number(await page.evaluate('document.documentElement.scrollHeight')));
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: 1040, height } });
}
