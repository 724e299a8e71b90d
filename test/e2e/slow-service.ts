import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { GivenDesk } from './describe-desk.js';
import type { Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

const LATE = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({ status: 503, code: 'dependency-late', detail: 'It did not answer in time.', retryable: true }),
};

/** Describes an item whose service takes its time, or has none. */
export function describeSlowService(given: GivenDesk, person: () => Colleague): void {
  describe('where the service is slow', () => {
    let at: WatchedPage;
    const ids: string[] = [];
    const decided = async (): Promise<unknown> =>
      (
        await given.desk.product.rows(
          `SELECT d.verdict, d.note FROM review r JOIN decision d ON d.asset_id = r.asset_id AND d.source = 'moderator'
           WHERE r.id = $1 AND r.state = 'decided'`,
          [ids[0]],
        )
      )[0];

    beforeAll(async () => {
      for (const index of [71, 72]) ids.push(await given.desk.bringOne(index, {}));
      at = await given.open();
    });

    it('take what is typed while the case is on its way as the reason, and submit it then', async () => {
      const { page } = at;
      let goOn: () => void = () => undefined;
      const may = new Promise<void>((resolve) => (goOn = resolve));
      await page.route(`**/reviews/${ids[0]}/claim`, async (route) => {
        await may;
        await route.continue();
      });
      await at.go(`/reviews/${ids[0]}`);
      await at.signIn(person());
      await page.getByText('Taking it …').waitFor();
      await page.keyboard.press('a');
      await page.keyboard.type('no nudity: a statue');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^Submitting/ }).waitFor();
      goOn();
      await eventually('it is decided', async () => (await decided()) !== undefined);
      expect(await decided()).toEqual({ verdict: 'allow', note: 'no nudity: a statue' });
      await page.waitForURL((url) => !url.pathname.endsWith(ids[0] ?? ''));
    });

    it('ask again by themselves for a case that they could not take', async () => {
      const { page } = at;
      await page.route('**/claim', (route) => route.fulfill(LATE));
      await at.go(`/reviews/${ids[1]}`);
      await page.getByText('It is asked for again by itself.').waitFor();
      await page.unroute('**/claim');
      await page.getByText('Yours for').waitFor();
    });

    it('give the focus back where a dialog took it', async () => {
      await at.page.getByRole('button', { name: /^Skip/ }).click();
      await at.page.getByRole('dialog').waitFor();
      await at.page.keyboard.press('Escape');
      await at.page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await at.page.evaluate<string>('document.activeElement.textContent')).toMatch(/^Skip/);
      await at.go('/history');
      await given.desk.allGivenBack();
      expect(at.faults).toEqual([]);
    });
  });
}
