import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeBrowser } from '../support/browser.js';
import { ModerationDesk, type DeskOptions } from './moderation-desk.js';
import { WatchedPage, type Device } from './watched-page.js';

/** What the tests of a file have, from before their first hook until after their last one. */
export interface GivenDesk {
  readonly desk: ModerationDesk;
  readonly browser: Browser;
  /** A page of a browser profile of its own, which is closed in the end. */
  open(device?: Device): Promise<WatchedPage>;
}

const HOOK_MS_MAX = 240_000;

/** Describes pages in a browser, against one product that all tests of the file share. */
export function describeDesk(subject: string, options: DeskOptions, body: (given: GivenDesk) => void): void {
  describeBrowser(subject, (browser) => {
    let open: ModerationDesk | undefined;
    const pages: WatchedPage[] = [];
    const desk = (): ModerationDesk => {
      if (open === undefined) throw new Error('the desk is there from the first hook on');
      return open;
    };
    beforeAll(async () => {
      open = await ModerationDesk.open(options);
    }, HOOK_MS_MAX);
    body({
      get desk() {
        return desk();
      },
      get browser() {
        return browser();
      },
      async open(device) {
        const page = await WatchedPage.open(browser(), desk().url, device);
        pages.push(page);
        return page;
      },
    });
    // after the body's own hooks, which may still use it
    afterAll(async () => {
      for (const page of pages) await page.close();
      await open?.close();
    }, HOOK_MS_MAX);
  });
}
