import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { browserAt, type Browser } from '../support/signed-in.js';
import { describeDesk } from './describe-desk.js';
import { ForeignSite } from './foreign-site.js';
import { PASSWORD, type Colleague } from './moderation-desk.js';
import { onTheWire, type Sent } from './on-the-wire.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

const COOKIE = '__Host-portcullis';
/** Like a token, and nobody's. */
const PLANTED = 'A'.repeat(43);
const MALLORY = JSON.stringify({ name: 'mallory@example.org', displayName: 'Mallory', role: 'admin' });

describeDesk('the console’s pages, attacked', { consoleOnly: true }, (given) => {
  let site: ForeignSite;
  let anna: Colleague;
  let ben: Colleague;
  let admin: WatchedPage;

  beforeAll(async () => {
    const first = await given.desk.welcomeAdmin();
    [anna, ben] = [await given.desk.invite('Anna', 'moderator'), await given.desk.invite('Ben', 'senior')];
    [site, admin] = [await ForeignSite.open(), await given.open()];
    await admin.go('/people');
    await admin.signIn(first);
    await admin.page.getByText('Anna').first().waitFor();
  });
  afterAll(() => (site as ForeignSite | undefined)?.close());

  /** Everything that such a request could change. */
  const state = async (): Promise<unknown> => {
    const persons = await given.desk.product.rows(`SELECT * FROM person ORDER BY id`);
    const sessions = await given.desk.product.rows(`SELECT id, token_sha256 FROM person_session ORDER BY id`);
    return { persons, sessions, acts: await given.desk.product.count('audit') };
  };

  it('are served as files that are there, without a script among their text, and nothing else is', async () => {
    const get = (address: string, headers: Record<string, string> = {}) =>
      fetch(`${given.desk.url}${address}`, { headers });
    const page = await get('/reviews/anything?x=1', { accept: 'text/html' });
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    const name = /assets\/[^"]+\.js/.exec(html)?.[0] ?? '';
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

  it('leave no picture in the browser of whoever signs out', async () => {
    const own = await given.desk.browserOf(ben);
    const { status, headers } = await own.ask('DELETE', '/api/session');
    expect([status, headers.get('clear-site-data')]).toEqual([204, '"cache"']);
  });

  describe('by a page of another origin', () => {
    let foreign: WatchedPage;
    let sent: () => Sent[];

    beforeAll(async () => {
      foreign = await admin.beside();
      sent = await onTheWire(foreign.page);
    });

    const sentAs = (method: string): Sent[] =>
      sent().filter((one) => one.method === method && one.address.startsWith(given.desk.url));
    /** Does something on the other page. @returns what it made the browser send to the console, once it is answered */
    const attempt = async (origin: string, script: string, method = 'POST'): Promise<Sent[]> => {
      await foreign.page.goto(origin);
      const before = sentAs(method).length;
      await foreign.page.evaluate(script);
      return eventually('it was answered', () => {
        const since = sentAs(method).slice(before);
        return since.length > 0 && since.every(({ status }) => status !== undefined) && since;
      });
    };
    const at = (address: string): string => JSON.stringify(`${given.desk.url}${address}`);
    const submit = async (origin: string, address: string, type: string, pair: readonly [string, string]) => {
      const [name, value] = pair;
      const made = await attempt(
        origin,
        `(() => {
          const form = Object.assign(document.createElement('form'), { method: 'post', enctype: '${type}' });
          form.action = ${at(address)};
          form.append(Object.assign(document.createElement('input'), ${JSON.stringify({ name, value })}));
          document.body.append(form);
          form.submit();
        })()`,
      );
      await foreign.page.waitForURL(`${given.desk.url}/**`);
      return made;
    };
    const blind = (address: string, body?: string): string =>
      `fetch(${at(address)}, { method: 'POST', mode: 'no-cors', credentials: 'include',
        body: ${body === undefined ? 'undefined' : JSON.stringify(body)} }).then(() => undefined, () => undefined)`;

    it('changes nothing, though the cookie comes with it', async () => {
      const before = await state();
      const [found] = await given.desk.product.rows<{ id: string }>(`SELECT id FROM person WHERE name = $1`, [
        ben.name,
      ]);
      const reset = `/api/persons/${found?.id ?? ''}/reset`;
      const json = `${MALLORY.slice(0, -1)},"x":"`;
      const tried = [
        await submit(site.sameSite, '/api/persons', 'text/plain', [json, '"}']),
        await submit(site.sameSite, '/api/persons', 'application/x-www-form-urlencoded', ['role', 'admin']),
        await submit(site.sameSite, reset, 'multipart/form-data', ['a', 'b']),
        await attempt(site.sameSite, blind('/api/persons', MALLORY)),
        await attempt(site.sameSite, blind(reset)),
        await attempt(site.sameSite, `navigator.sendBeacon(${at(reset)})`),
      ].flat();
      expect(tried.map(({ status }) => status)).toEqual([403, 415, 415, 403, 403, 403]);
      for (const { cookie } of tried) expect(cookie).toContain(`${COOKIE}=`);
      expect(await state()).toEqual(before);
    });

    it('may neither send the header that our own pages send, nor read an answer', async () => {
      const before = await state();
      const posts = sentAs('POST').filter(({ status }) => status !== undefined).length;
      const [asked] = await attempt(
        site.sameSite,
        `fetch(${at('/api/persons')}, { method: 'POST', credentials: 'include', body: ${JSON.stringify(MALLORY)},
          headers: { 'content-type': 'application/json', 'x-portcullis-console': '1' } }).catch(() => undefined)`,
        'OPTIONS',
      );
      expect(asked?.status).toBe(404);
      expect(sentAs('POST').filter(({ status }) => status !== undefined)).toHaveLength(posts);
      const read = await foreign.page.evaluate<string>(
        `fetch(${at('/api/session')}, { credentials: 'include' }).then((answer) => answer.text(), () => 'not read')`,
      );
      expect(read).toBe('not read');
      expect(await state()).toEqual(before);
    });

    it('has not even the cookie sent from another site', async () => {
      const before = await state();
      const tried = [
        ...(await attempt(site.crossSite, blind('/api/persons', MALLORY))),
        ...(await submit(site.crossSite, '/api/persons', 'text/plain', [MALLORY, ''])),
      ];
      expect(tried.map(({ status, cookie }) => [status, cookie])).toEqual([
        [401, ''],
        [401, ''],
      ]);
      expect(await state()).toEqual(before);
    });

    it('cannot show the console within itself', async () => {
      await foreign.page.goto(site.sameSite);
      const frame = `document.body.append(Object.assign(document.createElement('iframe'), { src: ${at('/people')} }))`;
      await foreign.page.evaluate(frame);
      await eventually('it is refused', () =>
        foreign.page.frames().some((one) => one.url().startsWith('chrome-error:')),
      );
      expect(await foreign.page.getByText('Invite somebody').count()).toBe(0);
    });

    it('leaves whoever went there signed in, and everything as it was', async () => {
      await admin.go('/people');
      await admin.page.getByRole('button', { name: 'Invite somebody' }).waitFor();
      expect(await admin.page.getByText('mallory').count()).toBe(0);
      expect(admin.faults).toEqual([]);
    });
  });

  describe('by a session that was prepared', () => {
    const plant = async (page: WatchedPage, token: string): Promise<void> => {
      await page.page.goto(site.sameSite);
      await page.page.evaluate(`document.cookie = '${COOKIE}=${token}; Path=/; Secure'`);
      expect((await page.cookies()).map(({ name, value }) => [name, value])).toEqual([[COOKIE, token]]);
    };
    const signedInWith = async (token: string): Promise<Browser> => {
      const own = browserAt(() => given.desk.url);
      own.cookie = `${COOKIE}=${token}`;
      return Promise.resolve(own);
    };

    it('lets people in with a token of their own, which no script sees', async () => {
      const page = await given.open();
      await plant(page, PLANTED);
      await page.go('/reviews');
      await page.signIn(anna);
      await page.heading('Review queue');
      const [cookie, ...others] = await page.cookies();
      expect(others).toEqual([]);
      expect(cookie).toMatchObject({ name: COOKIE, path: '/', httpOnly: true, secure: true, sameSite: 'Strict' });
      expect([cookie?.domain, cookie?.value === PLANTED]).toEqual(['127.0.0.1', false]);
      expect(cookie?.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
      const seen = await page.page.evaluate<string>(
        `document.cookie + JSON.stringify([{ ...localStorage }, { ...sessionStorage }])`,
      );
      expect(seen).not.toContain(cookie?.value);
      expect((await (await signedInWith(PLANTED)).ask('GET', '/api/session')).status).toBe(401);
      // nor can the other page put its own in the place of what came since
      await page.page.goto(site.sameSite);
      await page.page.evaluate(`document.cookie = '${COOKIE}=${PLANTED}; Path=/; Secure'`);
      expect((await page.cookies()).map(({ value }) => value)).toEqual([cookie?.value]);
      expect(page.faults).toEqual([]);
    });

    it('ends it when somebody signs in above it, whose session is another', async () => {
      const prepared = browserAt(() => given.desk.url);
      await prepared.ask('POST', '/api/session', { name: ben.name, password: PASSWORD });
      const [, token = ''] = prepared.cookie.split('=');
      const page = await given.open();
      await plant(page, token);
      await page.go('/reviews');
      await page.page.getByText('Ben').first().waitFor();
      const status = await page.page.evaluate<number>(
        `fetch('/api/session', { method: 'POST', body: ${JSON.stringify(JSON.stringify({ name: anna.name, password: PASSWORD }))},
          headers: { 'content-type': 'application/json', 'x-portcullis-console': '1' } }).then(({ status }) => status)`,
      );
      expect(status).toBe(200);
      await page.go('/reviews');
      await page.page.getByText('Anna').first().waitFor();
      expect((await page.cookies()).map(({ value }) => value === token)).toEqual([false]);
      expect((await prepared.ask('GET', '/api/session')).status).toBe(401);
    });
  });
});
