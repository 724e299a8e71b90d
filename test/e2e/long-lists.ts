import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { GivenDesk } from './describe-desk.js';
import { layoutFaults } from './layout-faults.js';
import type { Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

const GIVEN_UP = 1_000;
/** What is in sight, with what lies around it. */
const ROWS_MAX = 90;
/** Endpoints: one that works, one that fails, one that the service has disabled. Each has events. */
const SEED = `
  WITH made AS (
    INSERT INTO webhook_endpoint (id, client_id, url, types, secret, state, disabled_why, failures, failing_since, taken_at,
      taken_status, failed_at, failed_status, failed_error)
    SELECT event_id_of(now() + n * interval '1 second', gen_random_uuid()), c.id,
      'https://hooks-' || n || '.example/moderation/events?key=hunter2', '{}', 'whsec_hunter2',
      CASE n WHEN 3 THEN 'disabled' ELSE 'enabled' END, CASE n WHEN 3 THEN 'failing' END,
      CASE n WHEN 2 THEN 4 ELSE 0 END, CASE n WHEN 2 THEN now() - interval '2 hours' END,
      now() - n * interval '1 hour', 204, now() - interval '3 minutes', CASE n WHEN 2 THEN 503 END,
      CASE n WHEN 2 THEN 'it answered 503' WHEN 3 THEN 'no answer within 20 seconds' END
    FROM (SELECT id FROM client ORDER BY id LIMIT 1) AS c, generate_series(1, 3) AS n
    RETURNING id, client_id, url
  ), events AS (
    INSERT INTO event (id, client_id, type, data, created_at)
    SELECT event_id_of(at, gen_random_uuid()), client_id, 'webhook.test', '{}', at
    FROM (SELECT client_id FROM made LIMIT 1) AS c, generate_series(1, $1) AS n,
      LATERAL (SELECT now() - interval '1 day' + n * interval '1 minute' AS at) AS t
    RETURNING id
  )
  INSERT INTO webhook_delivery (endpoint_id, event_id, state, attempts, status, error, response_ms, attempted_at, next_at)
  SELECT made.id, events.id,
    CASE WHEN url LIKE '%-1.%' THEN 'delivered' WHEN url LIKE '%-2.%' THEN 'failed' ELSE 'waiting' END,
    CASE WHEN url LIKE '%-1.%' THEN 1 ELSE 10 END,
    CASE WHEN url LIKE '%-1.%' THEN 204 WHEN url LIKE '%-2.%' THEN 503 END,
    CASE WHEN url LIKE '%-1.%' THEN NULL WHEN url LIKE '%-2.%' THEN 'it answered 503' ELSE 'no answer within 20 seconds' END,
    34, now() - interval '5 minutes', now() + interval '1 hour'
  FROM made, events`;

/** Describes lists that are longer than a page, for somebody who may see all of them. */
export function describeLongLists(given: GivenDesk, person: () => Pick<Colleague, 'name'>): void {
  describe('long lists', () => {
    let at: WatchedPage;

    const rowsOnPage = (): Promise<number> => at.page.locator('tbody tr:not(.gap)').count();
    const atEnd = (): Promise<void> =>
      at.page.evaluate<undefined>(`document.querySelector('.page').scrollTo(0, 1e9)`).then(() => undefined);

    beforeAll(async () => {
      await given.desk.product.rows(SEED, [GIVEN_UP]);
      at = await given.open();
    });

    it('are reached from the numbers of the overview', async () => {
      await at.go('/overview');
      await at.signIn(person());
      await at.page.locator('#deliveries').getByRole('link', { name: '1 disabled' }).click();
      await at.heading('Deliveries');
      await at.page.getByText('hooks-3.example/').waitFor();
      expect(await rowsOnPage()).toBe(1);
      await at.page.getByRole('link', { name: 'Show all' }).click();
      await at.page.getByText('hooks-1.example/').waitFor();
      await at.settled();
      await at.keep('endpoints');
      expect(await at.seriousFaults()).toEqual([]);
      expect(await at.page.content()).not.toContain('hunter2');
    });

    it('have only the rows in sight on the page, and read on as one goes down', async () => {
      await at.page.getByRole('link', { name: 'Given up on', exact: true }).click();
      const table = at.page.getByRole('table', { name: 'Deliveries' });
      await table.getByRole('row').nth(5).waitFor();
      await at.settled();
      await at.keep('deliveries-failed');
      expect(await at.seriousFaults()).toEqual([]);
      await eventually('the end is reached', async () => {
        await atEnd();
        expect(await rowsOnPage()).toBeLessThan(ROWS_MAX);
        return (await table.getAttribute('aria-rowcount')) === String(GIVEN_UP + 1);
      });
      await atEnd();
      await at.page.locator(`tr[aria-rowindex="${GIVEN_UP + 1}"]`).waitFor();
      expect(await rowsOnPage()).toBeLessThan(ROWS_MAX);
    });

    it('keep the row that has the focus, and do what its button says', async () => {
      const last = at.page.locator(`tr[aria-rowindex="${GIVEN_UP + 1}"]`);
      await last.getByRole('button', { name: 'Send again' }).focus();
      await at.page.evaluate(`document.querySelector('.page').scrollTo(0, 0)`);
      await at.page.locator('tr[aria-rowindex="2"]').waitFor();
      expect(await at.page.evaluate<string>('document.activeElement.textContent')).toBe('Send again');
      expect(await rowsOnPage()).toBeLessThan(ROWS_MAX);
      await at.page.keyboard.press('Enter');
      await at.page.getByRole('dialog', { name: 'Send again' }).waitFor();
      await at.keep('deliveries-send-again');
      expect(await at.seriousFaults('dialog[open]')).toEqual([]);
      await at.page.getByRole('dialog').getByRole('button', { name: 'Send again' }).press('Enter');
      await at.page.getByText('it waits for its next try').waitFor();
      expect(await given.desk.product.count(`webhook_delivery WHERE state = 'failed'`)).toBe(GIVEN_UP - 1);
      expect(await given.desk.product.count(`audit WHERE act = 'webhook.replay'`)).toBe(1);
    });

    it('fold to 320 pixels', async () => {
      for (const address of ['/deliveries', '/deliveries?state=waiting', '/deliveries?state=delivered', '/audit']) {
        await at.page.setViewportSize({ width: 1_024, height: 768 });
        await at.go(address);
        await at.settled();
        await at.keep(`tablet${address.replaceAll(/\W/g, '-')}`);
        expect([address, await at.seriousFaults()]).toEqual([address, []]);
        await at.page.setViewportSize({ width: 320, height: 640 });
        await at.keep(`narrow${address.replaceAll(/\W/g, '-')}`);
        expect([address, await layoutFaults(at.page)]).toEqual([address, []]);
      }
      expect(at.faults).toEqual([]);
    });
  });
}
