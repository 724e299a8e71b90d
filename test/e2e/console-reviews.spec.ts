import 'reflect-metadata';
import { beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import { PASSWORD, type Colleague } from './moderation-desk.js';
import { describeSlowService } from './slow-service.js';
import { describeTwoTabs } from './two-tabs.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

/** What a client may send as texts of its own; as markup, each would do something. */
const HOSTILE = {
  externalId: `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`,
  uploaderId: `{{constructor.constructor('document.title="owned"')()}} javascript:document.title='owned'`,
};

describeDesk('the pages on which a moderator works', {}, (given) => {
  let anna: Colleague;
  let ben: Colleague;
  let at: WatchedPage;

  const idOf = (page: WatchedPage): string => /\/reviews\/([0-9a-f-]{36})/.exec(page.page.url())?.[1] ?? '';
  const humanDecisions = (): Promise<number> => given.desk.product.count(`decision WHERE source = 'moderator'`);
  const undone = (): Promise<number> => given.desk.product.count(`decision WHERE cause = 'undo'`);
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
    await given.desk.welcomeAdmin();
    [anna, ben] = [await given.desk.invite('Anna', 'moderator'), await given.desk.invite('Ben', 'senior')];
    await given.desk.bring(24, 0, { externalId: 'post-1042', uploaderId: 'user-17' });
  }, 240_000);

  it('lead a moderator through twenty items by the keyboard alone', async () => {
    at = await given.open();
    await at.go('/reviews');
    await at.signIn(anna);
    await at.page.getByRole('row').nth(3).waitFor();
    await at.settled();
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('k');
    await at.keep('queue');
    await at.page.keyboard.press('Enter');
    await isYours(at);
    await at.keep('item');
    expect(await at.seriousFaults()).toEqual([]);
    for (const key of ['a', '1', '3']) await decideByKeys(at, key, `shows what ${key} is about`);
    await eventually('three are decided', async () => (await humanDecisions()) === 3);
    for (let count = 3; count < 20; count += 1) await decideByKeys(at, ['a', '1', '3'][count % 3] ?? 'a');
    await eventually('all are decided', async () => (await humanDecisions()) === 20);
    expect(at.faults).toEqual([]);
  });

  it('take back the last decision by a key, and show the case again', async () => {
    const [last] = await given.desk.product.rows<{ id: string }>(
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
    // what a page asks for as it goes may come too late for it: that is another test's (two-tabs.ts)
    await isYours(at);
    const place = `/reviews/${idOf(at)}`;
    const [last] = await given.desk.product.rows<{ id: string }>(
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
    const second = await given.open();
    await second.go(`/reviews/${idOf(at)}`);
    await second.signIn(ben);
    await second.page.getByText(anna.name).first().waitFor();
    expect(await second.page.getByRole('button', { name: /^Allow/ }).isDisabled()).toBe(true);
    await second.keep('item-taken');
    expect(second.faults).toEqual([]);
    await second.go('/history');
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
    await given.desk.allGivenBack();
    await at.settled();
    await at.page.keyboard.press('x');
    await at.page.keyboard.press('j');
    await at.page.keyboard.press('x');
    await at.page.getByText('2 cases chosen').waitFor();
    await at.page.keyboard.press('d');
    await at.page.getByRole('dialog', { name: 'Decide 2 cases' }).waitFor();
    await at.page.keyboard.press('a');
    await at.page.getByLabel('Why, for all of them').fill('the same series');
    await at.page.getByRole('button', { name: 'See what it would do' }).click();
    await at.page.getByText('are left out').waitFor();
    await at.keep('bulk');
    expect(await at.seriousFaults()).toEqual([]);
    await at.page.getByRole('button', { name: 'Decide 2', exact: true }).click();
    await at.page.getByText('Allowed: 2 cases').waitFor();
    await at.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await humanDecisions()).toBe(before + 2);
    await at.page.keyboard.press('z');
    await at.page.getByText('Taken back: 2').waitFor();
    await eventually(
      'both wait again',
      async () => (await given.desk.product.count(`review WHERE state = 'open'`)) >= 2,
    );
  });

  it('show a late block at the top of the open queue without a reload', async () => {
    await at.go('/reviews');
    await at.page.getByText('Live', { exact: true }).waitFor();
    await given.desk.turnStrict();
    await given.desk.bringLateBlock(40);
    await at.page.getByRole('row').nth(1).getByText('Late block').waitFor();
    await at.keep('queue-late-block');
  });

  it('lead back to the same place when a session has ended in mid-work, and run nothing that a client wrote', async () => {
    await at.go(`/reviews/${await given.desk.bringOne(60, HOSTILE)}`);
    await isYours(at);
    await at.page.getByText('<script>').first().waitFor();
    await at.page.getByRole('tab', { name: /Uploader/ }).click();
    await at.page.getByText('constructor.constructor').first().waitFor();
    const place = at.page.url();
    await at.page.keyboard.press('a');
    await at.page.keyboard.type(HOSTILE.externalId);
    await given.desk.product.rows(`DELETE FROM person_session`);
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
    await at.go(`/reviews/${await given.desk.bringOne(61, {})}`);
    await isYours(at);
    await at.page.keyboard.press('s');
    const why = at.page.getByLabel('Why not you?');
    await why.fill('I know the uploader');
    await given.desk.product.rows(`DELETE FROM person_session`);
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
    await at.go('/history');
    await given.desk.allGivenBack();
  });

  describeTwoTabs(given, () => anna);
  describeSlowService(given, () => anna);
});
