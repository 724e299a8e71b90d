import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { GivenDesk } from './describe-desk.js';
import type { Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

/** Describes what two tabs of one person, and two pages of one tab after each other, make of a case. */
export function describeTwoTabs(given: GivenDesk, person: () => Colleague): void {
  describe('in two tabs of one person', () => {
    let at: WatchedPage;
    let place = '';
    const isFree = async (): Promise<boolean> =>
      (await given.desk.product.count(`review WHERE state = 'open' AND '/reviews/' || id = $1`, [place])) === 1;

    beforeAll(async () => {
      place = `/reviews/${await given.desk.bringOne(70, {})}`;
      at = await given.open();
    });

    it('do not share a claim: the second says so, takes it over, and gives it back when it is closed', async () => {
      await at.go(place);
      await at.signIn(person());
      await at.page.getByText('Yours for').waitFor();
      const tab = await at.beside();
      await tab.go(place);
      await tab.page.getByText('You work on this case in another tab.').waitFor();
      expect(await tab.page.getByRole('button', { name: /^Allow/ }).isDisabled()).toBe(true);
      await tab.keep('item-other-tab');
      await tab.page.getByRole('button', { name: 'Take it here' }).click();
      await tab.page.getByText('Yours for').waitFor();
      // the first one learns of it when it decides
      await at.page.keyboard.press('a');
      await at.page.keyboard.type('a statue');
      await at.page.keyboard.press('Enter');
      await at.page.getByText('You work on this case in another tab.').first().waitFor();
      expect(await isFree()).toBe(false);
      await tab.page.close({ runBeforeUnload: true });
      await eventually('the case is free', isFree);
      await at.page.getByRole('button', { name: /Take it/ }).click();
      await at.page.getByText('Yours for').waitFor();
      await at.page.reload();
      await at.page.getByText('Yours for').waitFor();
      await at.go('/history');
      await eventually('the case is free', isFree);
      expect(at.faults).toEqual([]);
      expect(tab.faults).toEqual([]);
    });

    it('do not claim what their page before asked for so late that it had gone', async () => {
      const asked = new Promise<Record<string, string>>((resolve) => {
        void at.page.route('**/claim', (route) => resolve(route.request().headers()), { times: 1 });
      });
      await at.go(place);
      const { 'x-portcullis-tab': tab = '', 'x-portcullis-turn': turn = '' } = await asked;
      await at.go('/history');
      const givenBack = `review WHERE '/reviews/' || id = $1 AND asked_in = $2 AND asked_turn > $3`;
      const isGivenBack = async (): Promise<boolean> =>
        (await given.desk.product.count(givenBack, [place, tab, Number(turn)])) === 1;
      await eventually('it is done with the case, which it does not know to be its own', isGivenBack);
      const headers = { 'x-portcullis-console': '1', 'x-portcullis-tab': tab, 'x-portcullis-turn': turn };
      const late = JSON.stringify({ method: 'POST', headers });
      const claim = `fetch(${JSON.stringify(`/api${place}/claim`)}, ${late}).then(({ status }) => status)`;
      expect([await at.page.evaluate<number>(claim), await isFree()]).toEqual([409, true]);
    });

    it('are one where the second page follows the first, also if that could not give back what it had', async () => {
      await at.go(place);
      await at.page.getByText('Yours for').waitFor();
      await at.page.route('**/release', (route) => route.abort());
      await at.page.reload();
      await at.page.getByText('Yours for').waitFor();
      await at.page.unroute('**/release');
      await at.go('/history');
      await eventually('the case is free', isFree);
    });
  });
}
