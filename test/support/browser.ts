import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

/** Where Chromium is looked for, one after the other; PORTCULLIS_CHROMIUM names another. */
const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Both say that something hangs: it starts within two seconds on a machine that does nothing else. */
const START_MS_MAX = 60_000;
const HOOK_MS_MAX = 90_000;
/** Containers have little shared memory; what runs is our own page only, and root may have no sandbox. */
const ARGS = ['--disable-dev-shm-usage', '--disable-gpu'];

/** The Chromium of this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env['PORTCULLIS_CHROMIUM'];
  return (named === undefined || named === '' ? USUAL : [named]).find((file) => existsSync(file));
}

/** Starts a browser without a window. Whoever starts it closes it. @throws when this machine has none */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('no Chromium: name one by PORTCULLIS_CHROMIUM');
  return chromium.launch({ executablePath, chromiumSandbox: false, args: ARGS, timeout: START_MS_MAX });
}

/**
 * Describes what needs a browser, which is started before its tests and closed after them; where there is none it is
 * passed over, and its name says so.
 */
export function describeBrowser(subject: string, body: (browser: () => Browser) => void): void {
  if (chromiumPath() === undefined) {
    describe.skip(`${subject} (skipped: no Chromium)`, () => body(unstarted));
    return;
  }
  describe(subject, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchBrowser();
    }, HOOK_MS_MAX);
    afterAll(() => browser?.close(), HOOK_MS_MAX);
    body(() => browser ?? unstarted());
  });
}

function unstarted(): never {
  throw new Error('the browser has not been started');
}
