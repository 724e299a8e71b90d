import { mkdirSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Cookie, Page, Request } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { PASSWORD, type Colleague } from './moderation-desk.js';

/** What somebody looks at the console with. */
export type Device = Pick<BrowserContextOptions, 'viewport' | 'hasTouch'>;

/** What the console is made for at least. */
const SIZE = { width: 1_280, height: 720 };
/** Says that something hangs. */
const WAIT_MS_MAX = 60_000;
/** A folder: what people see is kept there. Not set: nothing is. */
const SHOTS = process.env['CONSOLE_SCREENSHOTS'];

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const IN_SIGHT_ARE_THERE =
  '[...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)';

/** What an answer changes is drawn, and what that asks for is sent, within these frames; nothing says that more is coming. */
const IS_DRAWN = `(async () => {
  for (let frames = 0; frames < 3; frames += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
  return document.querySelector('h1, h3') !== null && document.querySelector('.loading') === null;
})()`;

/** What stays open is never answered in full, and what only tells the service something is no part of the page. */
const isAsked = (request: Request): boolean => request.method() === 'GET' && !/\/live(\?|$)/.test(request.url());

/** A page of its own browser profile, and what went wrong on it. */
export class WatchedPage {
  /** Errors of scripts, and what the page's policy forbade. */
  readonly faults: string[] = [];
  /** What it has asked for, and does not have yet. */
  private readonly asked = new Set<Request>();

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.setDefaultTimeout(WAIT_MS_MAX);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('dialog', (dialog) => {
      this.faults.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (/Content Security Policy|React|Warning/.test(message.text())) this.faults.push(message.text());
    });
    page.on('request', (request) => {
      if (isAsked(request)) this.asked.add(request);
    });
    page.on('requestfinished', (request) => this.asked.delete(request));
    page.on('requestfailed', (request) => this.asked.delete(request));
  }

  static async open(browser: Browser, url: string, device: Device = {}): Promise<WatchedPage> {
    const context = await browser.newContext({
      viewport: SIZE,
      colorScheme: 'light',
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...device,
    });
    return new WatchedPage(await context.newPage(), url);
  }

  /** Another tab of the same profile, which is closed with this one. */
  async beside(): Promise<WatchedPage> {
    return new WatchedPage(await this.page.context().newPage(), this.url);
  }

  async go(address: string): Promise<void> {
    // what the page before has asked for goes with it
    this.asked.clear();
    await this.page.goto(`${this.url}${address}`);
  }

  /** Signs in as somebody would, by the keyboard. */
  async signIn({ name }: Pick<Colleague, 'name'>, password = PASSWORD): Promise<void> {
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the page has and shows all that it asked for. */
  async settled(): Promise<void> {
    await eventually('the page has settled', async () => {
      this.expectAnswered();
      if (!(await this.page.evaluate<boolean>(IS_DRAWN))) throw new Error(`${this.page.url()} is still loading`);
      this.expectAnswered();
      return true;
    });
  }

  /** @throws Error that says what the page has asked for and does not have */
  private expectAnswered(): void {
    const [request] = this.asked;
    if (request !== undefined) throw new Error(`${this.page.url()} waits for ${request.url()}`);
  }

  /** Waits for a heading that is just this. */
  heading(name: string): Promise<void> {
    return this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** The cookies that the console gave this profile. */
  async cookies(): Promise<Cookie[]> {
    return this.page.context().cookies(this.url);
  }

  /** What axe finds serious or critical, in light and in dark. @param within selects a part of the page; left out: all of it */
  async seriousFaults(within?: string): Promise<string[]> {
    const found: string[] = [];
    if (await this.page.evaluate<boolean>('window.axe === undefined')) await this.page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      const { violations } = await this.page.evaluate<AxeResult>(
        `axe.run(${within === undefined ? 'document' : JSON.stringify(within)}, { resultTypes: ['violations'] })`,
      );
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical') found.push(`${colorScheme} ${id}: ${nodes[0]?.html ?? ''}`);
      }
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    return found;
  }

  /** Takes messages away that would go by themselves: a picture is to show what is behind them. */
  async dismissMessages(): Promise<void> {
    await this.page.evaluate(`for (const button of document.querySelectorAll('.toast-close')) button.click()`);
  }

  /** Keeps what is to be seen, in light and in dark, where somebody asked for it. */
  async keep(name: string): Promise<void> {
    if (SHOTS === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    await eventually('the pictures in sight are there', () => this.page.evaluate<boolean>(IN_SIGHT_ARE_THERE));
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.screenshot({ path: path.join(SHOTS, `${name}-${colorScheme}.png`) });
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
