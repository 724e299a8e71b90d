import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { layoutFaults } from './layout-faults.js';
import type { WatchedPage } from './watched-page.js';

/** What the console is made for, a tablet, and a page at four times its size. */
const SIZES = {
  wide: { width: 1_280, height: 720 },
  tablet: { width: 1_024, height: 768 },
  narrow: { width: 320, height: 640 },
};
const FIRST_VIEW_BYTES_MAX = 200 * 1_000;
const SCRIPT_BYTES = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;
const OFFERED = `[...document.querySelectorAll('nav[aria-label=Pages] a')].map((link) => new URL(link.href).pathname)`;

/** Says that something hangs: five times what a busy machine takes. */
const LOOK_MS_MAX = 600_000;

const WEB = path.resolve(import.meta.dirname, '../../apps/console/web');
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** A page with something to show, below those that the navigation offers. */
export interface PagesBelow {
  readonly addresses: readonly string[];
  readonly dialogs: readonly DialogAt[];
}

export interface DialogAt {
  readonly address: string;
  readonly title: string;
  /** Opens it, as somebody would. */
  readonly open: (page: Page) => Promise<void>;
}

/** Patterns of all addresses that the pages know: those with a star stand for others, and `/` leads on. */
function knownPatterns(): RegExp[] {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
  const texts = files.map((name) => readFileSync(path.join(WEB, name), 'utf8'));
  const routes = texts.flatMap((text) =>
    [...text.matchAll(/<Route path="(\/[^"*]+)"/g)].map(([, route = '']) => route),
  );
  return routes.map((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`));
}

/** Describes whatever there is to see, for somebody who is signed in and may see all of it. */
export function describeEveryPage(signedIn: () => WatchedPage, furnish: () => Promise<PagesBelow>): void {
  describe('every page', () => {
    let at: WatchedPage;
    let below: PagesBelow;
    let addresses: readonly string[] = [];

    beforeAll(async () => {
      [at, below] = [signedIn(), await furnish()];
      addresses = [...(await at.page.evaluate<string[]>(OFFERED)), ...below.addresses, '/nothing'];
    }, 240_000);

    it('is among those that are looked at here', () => {
      const patterns = knownPatterns();
      expect(patterns.length).toBeGreaterThan(10);
      expect(patterns.filter((pattern) => !addresses.some((address) => pattern.test(address)))).toEqual([]);
    });

    it(
      'loads little, and is to be read, seen and reached, at each size, in light and in dark',
      async () => {
        const found: [string, string[]][] = [];
        for (const address of addresses) found.push([address, await faultsOf(at, address)]);
        expect(found).toEqual(addresses.map((address) => [address, []]));
        expect(at.faults).toEqual([]);
      },
      LOOK_MS_MAX,
    );

    it(
      'has dialogs of which the same is true',
      async () => {
        const found: [string, string[]][] = [];
        for (const dialog of below.dialogs) found.push([dialog.title, await dialogFaultsOf(at, dialog)]);
        expect(found).toEqual(below.dialogs.map(({ title }) => [title, []]));
        expect(at.faults).toEqual([]);
      },
      LOOK_MS_MAX,
    );
  });
}

async function faultsOf(at: WatchedPage, address: string): Promise<string[]> {
  await at.page.setViewportSize(SIZES.wide);
  await at.go(address);
  await at.settled();
  const bytes = await at.page.evaluate<number>(SCRIPT_BYTES);
  const isMuch = bytes === 0 || bytes > FIRST_VIEW_BYTES_MAX;
  const faults = [...(isMuch ? [`${bytes} bytes of JavaScript`] : []), ...(await at.seriousFaults())];
  return [...faults, ...(await cutAtEachSize(at, `page${address.replace(UUID, 'one').replaceAll(/[/?=]/g, '-')}`))];
}

async function dialogFaultsOf(at: WatchedPage, { address, title, open }: DialogAt): Promise<string[]> {
  await at.page.setViewportSize(SIZES.wide);
  await at.go(address);
  await at.settled();
  await open(at.page);
  await at.page.getByRole('dialog', { name: title }).waitFor();
  await at.settled();
  const faults = await at.seriousFaults('dialog[open]');
  const cut = await cutAtEachSize(at, `dialog-${title.toLowerCase().replaceAll(/\W+/g, '-')}`);
  await at.page.keyboard.press('Escape');
  await at.page.getByRole('dialog').waitFor({ state: 'detached' });
  return [...faults, ...cut];
}

async function cutAtEachSize(at: WatchedPage, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await at.page.setViewportSize(viewport);
    await at.settled();
    await at.keep(`${name}-${size}`);
    faults.push(...(await layoutFaults(at.page)).map((fault) => `${size}: ${fault}`));
  }
  await at.page.setViewportSize(SIZES.wide);
  return faults;
}
