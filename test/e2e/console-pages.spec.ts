import 'reflect-metadata';
import { gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { browserAt } from '../support/signed-in.js';
import { ModerationDesk, PASSWORD, type Colleague } from './moderation-desk.js';
import { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

const BUILT = path.resolve(import.meta.dirname, '../../dist/apps/console/web');
const FIRST_VIEW_BYTES_MAX = 200 * 1_000;
/** What a client may send as texts of its own; as markup, each would do something. */
const HOSTILE = {
  externalId: `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`,
  uploaderId: `{{constructor.constructor('document.title="owned"')()}} javascript:document.title='owned'`,
};

describeBrowser('the console’s pages', (browser) => {
  let desk: ModerationDesk;
  let anna: Colleague;
  let ben: Colleague;
  let at: WatchedPage;
  const opened: WatchedPage[] = [];

  const open = async (): Promise<WatchedPage> => {
    const page = await WatchedPage.open(browser(), desk.url);
    opened.push(page);
    return page;
  };
  const idOf = (page: WatchedPage): string => /\/reviews\/([0-9a-f-]{36})/.exec(page.page.url())?.[1] ?? '';
  const humanDecisions = (): Promise<number> => desk.product.count(`decision WHERE source = 'moderator'`);
  const undone = (): Promise<number> => desk.product.count(`decision WHERE cause = 'undo'`);
  const isYours = (page: WatchedPage): Promise<void> => page.page.getByText('Yours for').waitFor();
  /** Decides what is open by the keyboard, and waits for the next one. */
  const decideByKeys = async (page: WatchedPage, key: string, reason = ''): Promise<void> => {
    const before = idOf(page);
    await isYours(page);
    await page.page.keyboard.press(key);
    await page.page.keyboard.type(reason);
    await page.page.keyboard.press('Enter');
    await eventually('the next one comes', async () => {
      if (idOf(page) !== before) return true;
      // a busy service asks people to try again
      if (await page.page.locator('.decide [role=alert]').isVisible()) await page.page.keyboard.press('Enter');
      return false;
    });
  };

  beforeAll(async () => {
    desk = await ModerationDesk.open();
    await desk.bring(24, 0, { externalId: 'post-1042', uploaderId: 'user-17' });
  }, 240_000);
  afterAll(async () => {
    for (const page of opened) await page.close();
    await (desk as ModerationDesk | undefined)?.close();
  });

  it('load little at first', async () => {
    const html = await readFile(path.join(BUILT, 'index.html'), 'utf8');
    const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name = '']) => name);
    const bytes = await Promise.all(scripts.map((name) => readFile(path.join(BUILT, name))));
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes.reduce((sum, one) => sum + gzipSync(one).length, 0)).toBeLessThan(FIRST_VIEW_BYTES_MAX);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('are served as files that are there, and nothing else is', async () => {
    const get = (address: string, headers: Record<string, string> = {}) => fetch(`${desk.url}${address}`, { headers });
    const page = await get('/reviews/anything?x=1', { accept: 'text/html' });
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const name = /assets\/[^"]+\.js/.exec(await page.text())?.[0] ?? '';
    const script = await get(`/${name}`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('content-encoding')).toBe('gzip');
    expect(script.headers.get('cache-control')).toContain('immutable');
    await script.body?.cancel();
    const again = await get(`/${name}`, { 'if-none-match': script.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    for (const address of ['/api/nothing', '/assets/nothing.js', '/metrics/nothing', '/health/nothing']) {
      const answer = await get(address, { accept: 'text/html' });
      expect([address, answer.status, await answer.json()]).toMatchObject([address, 404, { code: 'not-found' }]);
    }
    expect((await get('/reviews', { accept: 'application/json' })).status).toBe(404);
  });

  it('let the first admin in with the password that was printed once, and have them choose their own', async () => {
    const admin = await open();
    await admin.go('/audit');
    await admin.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await admin.keep('sign-in');
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.signIn({ name: 'admin' }, 'not the password');
    await admin.page.getByText('do not belong together').or(admin.page.getByRole('alert')).first().waitFor();
    await admin.signIn({ name: 'admin' }, desk.firstPassword);
    await admin.page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.page.getByLabel('New password').fill(PASSWORD);
    await admin.page.getByLabel('The same again').fill(PASSWORD);
    await admin.page.keyboard.press('Enter');
    await admin.page.getByRole('heading', { name: 'Audit' }).waitFor();
    await admin.page.getByText('session.').first().waitFor();
    await admin.keep('audit');
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.go('/people');
    await admin.page.getByText('First admin').first().waitFor();
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.page.getByRole('button', { name: 'Invite somebody' }).click();
    await admin.page.getByRole('dialog').waitFor();
    expect(await admin.seriousFaults()).toEqual([]);
    [anna, ben] = [await desk.invite('Anna', 'moderator'), await desk.invite('Ben', 'senior')];
    expect(admin.faults).toEqual([]);
  });

  it('lead a moderator through twenty items by the keyboard alone', async () => {
    at = await open();
    await at.go('/reviews');
    await at.signIn(anna);
    await at.page.getByRole('row').nth(3).waitFor();
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('k');
    await at.keep('queue');
    expect(await at.seriousFaults()).toEqual([]);
    await at.page.keyboard.press('Enter');
    await isYours(at);
    await at.keep('item');
    expect(await at.seriousFaults()).toEqual([]);
    for (const key of ['a', '1', '3']) await decideByKeys(at, key, `shows what ${key} is about`);
    expect(await humanDecisions()).toBe(3);
    for (let count = 3; count < 20; count += 1) await decideByKeys(at, ['a', '1', '3'][count % 3] ?? 'a');
    await eventually('all are decided', async () => (await humanDecisions()) === 20);
    expect(at.faults).toEqual([]);
  });

  it('take back the last decision by a key, and show the case again', async () => {
    const [last] = await desk.product.rows<{ id: string }>(
      `SELECT r.id FROM review r JOIN decision d ON d.asset_id = r.asset_id WHERE d.source = 'moderator'
       ORDER BY d.decided_at DESC LIMIT 1`,
    );
    // a key that is held does it once
    await at.page.keyboard.down('z');
    await at.page.keyboard.down('z');
    await at.page.keyboard.up('z');
    await eventually('its case is there again', () => idOf(at) === last?.id);
    await isYours(at);
    await at.page.getByRole('tab', { name: /History/ }).click();
    await at.page.getByText('took the decision back').first().waitFor();
    await at.keep('item-history');
    await decideByKeys(at, 'a');
    expect(await undone()).toBe(1);
  });

  it('take it back from the history of the case as well, which is one’s own again at once', async () => {
    // what a page asks for as it goes may come too late for it: that is another test's (console-tabs)
    await isYours(at);
    const place = `/reviews/${idOf(at)}`;
    const [last] = await desk.product.rows<{ id: string }>(
      `SELECT id FROM review WHERE state = 'decided' ORDER BY decided_at DESC LIMIT 1`,
    );
    await at.go(`/reviews/${last?.id ?? ''}`);
    await at.page.getByText('Decided by').waitFor();
    await at.page.getByRole('tab', { name: /History/ }).click();
    await at.page.getByRole('button', { name: 'Undo', exact: true }).first().click();
    await decideByKeys(at, 'a');
    await isYours(at);
    await at.go(place);
  });

  it('show who has the case to whoever comes second', async () => {
    await isYours(at);
    const second = await open();
    await second.go(`/reviews/${idOf(at)}`);
    await second.signIn(ben);
    await second.page.getByText(anna.name).first().waitFor();
    expect(await second.page.getByRole('button', { name: /^Allow/ }).isDisabled()).toBe(true);
    await second.keep('item-taken');
    expect(second.faults).toEqual([]);
  });

  it('keep what is shown veiled until a key lifts the veil', async () => {
    const picture = at.page.locator('.stage img');
    const filter = async (): Promise<string> => (await picture.getAttribute('style')) ?? '';
    const veiled = /filter: blur\(\d+px\) grayscale\(1\)/;
    expect(await filter()).toMatch(veiled);
    // a menu takes the end of such a press away
    await picture.hover();
    await at.page.mouse.down({ button: 'right' });
    expect(await filter()).toMatch(veiled);
    await at.page.mouse.up({ button: 'right' });
    await at.page.keyboard.press('b');
    await eventually('it is shown', async () => (await filter()).includes('filter: none'));
    await at.page.keyboard.press('b');
    await eventually('it is veiled', async () => veiled.test(await filter()));
    await at.page.keyboard.down(' ');
    await eventually('it is shown', async () => (await filter()).includes('filter: none'));
    await at.page.keyboard.up(' ');
    await eventually('it is veiled', async () => veiled.test(await filter()));
    await eventually('it is there', () => at.page.evaluate('document.querySelector(".stage img").naturalWidth > 0'));
  });

  it('decide many at once after a preview, and take them back at once', async () => {
    const before = await humanDecisions();
    await at.page.keyboard.press('q');
    await at.page.getByRole('row').nth(2).waitFor();
    await at.page.keyboard.press('x');
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('x');
    await at.page.getByText('2 cases chosen').waitFor();
    await at.page.keyboard.press('d');
    await at.page.keyboard.press('a');
    await at.page.getByLabel('Why, for all of them').fill('the same series');
    await at.page.getByRole('button', { name: 'See what it would do' }).click();
    await at.page.getByText('are left out').waitFor();
    await at.keep('bulk');
    expect(await at.seriousFaults()).toEqual([]);
    await at.page.getByRole('button', { name: 'Decide 2', exact: true }).click();
    await at.page.getByText('Allowed: 2 cases').waitFor();
    expect(await humanDecisions()).toBe(before + 2);
    await at.page.keyboard.press('z');
    await at.page.getByText('Taken back: 2').waitFor();
    await eventually('both wait again', async () => (await desk.product.count(`review WHERE state = 'open'`)) >= 2);
  });

  it('show a late block at the top of the open queue without a reload', async () => {
    await at.go('/reviews');
    await at.page.getByText('Live', { exact: true }).waitFor();
    await desk.turnStrict();
    await desk.bringLateBlock(40);
    await at.page.getByRole('row').nth(1).getByText('Late block').waitFor();
    await at.keep('queue-late-block');
  });

  it('have keys, a palette, settings and a history that everybody can read', async () => {
    for (const [key, title] of [
      ['?', 'Keys'],
      ['Control+k', 'Go to or do'],
    ] as const) {
      await at.page.keyboard.press(key);
      await at.page.getByRole('dialog', { name: title }).waitFor();
      await at.keep(title === 'Keys' ? 'keys' : 'palette');
      expect(await at.seriousFaults()).toEqual([]);
      await at.page.keyboard.press('Escape');
    }
    await at.page.getByRole('button', { name: 'Settings' }).click();
    expect(await at.seriousFaults()).toEqual([]);
    await at.keep('settings');
    await at.page.keyboard.press('Escape');
    for (const [address, name] of [
      ['/history', 'My decisions'],
      ['/dead-letters', 'Dead letters'],
      ['/nothing', 'There is no such page'],
    ] as const) {
      await at.go(address);
      await at.page.getByRole('heading', { name, exact: true }).waitFor();
      await at.keep(address.slice(1));
      expect(await at.seriousFaults()).toEqual([]);
    }
  });

  it('lead back to the same place when a session has ended in mid-work, and run nothing that a client wrote', async () => {
    await at.go(`/reviews/${await desk.bringOne(60, HOSTILE)}`);
    await isYours(at);
    await at.page.getByText('<script>').first().waitFor();
    await at.page.getByRole('tab', { name: /Uploader/ }).click();
    await at.page.getByText('constructor.constructor').first().waitFor();
    const place = at.page.url();
    await at.page.keyboard.press('a');
    await at.page.keyboard.type(HOSTILE.externalId);
    await desk.product.rows(`DELETE FROM person_session`);
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(at.page.url()).toBe(place);
    expect(await at.page.getByText('constructor.constructor').first().isVisible()).toBe(false);
    await at.page.getByLabel('Password').fill(PASSWORD);
    await at.page.keyboard.press('Enter');
    await at.page.getByText('Yours for').waitFor();
    expect(await at.page.getByPlaceholder('Why?').inputValue()).toBe(HOSTILE.externalId);
    await at.page.getByRole('button', { name: 'Submit and next' }).click();
    await eventually('it is decided', () => at.page.url() !== place);
    await at.go('/history');
    await at.page.getByText('<script>').first().waitFor();
    expect(await at.page.title()).not.toBe('owned');
    expect(at.faults).toEqual([]);
  });

  it('let people sign in again whose session ended under a dialog, which is there again then', async () => {
    await at.go(`/reviews/${await desk.bringOne(61, {})}`);
    await isYours(at);
    await at.page.keyboard.press('s');
    const why = at.page.getByLabel('Why not you?');
    await why.fill('I know the uploader');
    await desk.product.rows(`DELETE FROM person_session`);
    // as when somebody comes back to the page
    await at.page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');
    await at.page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await at.page.getByLabel('Password').click();
    await at.page.keyboard.type(PASSWORD);
    await at.page.keyboard.press('Enter');
    expect(await why.inputValue()).toBe('I know the uploader');
    await at.page.getByRole('dialog').getByRole('button', { name: 'Skip', exact: true }).click();
    await at.page.getByText('Skipped: it is for others.').waitFor();
    expect(at.faults).toEqual([]);
  });

  it('leave no picture in the browser of whoever signs out', async () => {
    const own = browserAt(() => desk.url);
    await own.ask('POST', '/api/session', { name: ben.name, password: PASSWORD });
    const { status, headers } = await own.ask('DELETE', '/api/session');
    expect([status, headers.get('clear-site-data')]).toEqual([204, '"cache"']);
  });
});
