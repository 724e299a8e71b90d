import 'reflect-metadata';
import { beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import { PASSWORD, type Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

describeDesk('two tabs of one person', { consoleOnly: true }, (given) => {
  let anna: Colleague;
  let at: WatchedPage;
  let place = '';
  const isFree = async (): Promise<boolean> =>
    (await given.desk.product.count(`review WHERE state = 'open' AND '/reviews/' || id = $1`, [place])) === 1;

  /** A case as the batch service would have opened it. */
  const openCase = async (): Promise<string> => {
    const [made] = await given.desk.product.rows<{ id: string }>(
      `WITH a AS (
         INSERT INTO asset (id, client_id, traffic_class, sha256, bytes, media_type, degraded, received_at, final_by,
           revisions, standing_revision, stage, verdict, served)
         SELECT gen_random_uuid(), id, 'normal', sha256('x'), 1, 'image/png', '{}', now(), now(), 2, 2, 'final', 'review', true
         FROM client LIMIT 1 RETURNING id, client_id
       ), d AS (
         INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, policy_version, decided_at)
         SELECT a.id, d.* FROM a, (VALUES (1, 'provisional', 'allow', 'default', '[]'::jsonb, 1, now()),
           (2, 'final', 'review', 'heavy', '[]', 1, now())) AS d
       )
       INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at)
       SELECT gen_random_uuid(), id, client_id, 'open', false, 0, now() FROM a RETURNING id`,
    );
    return made?.id ?? '';
  };

  beforeAll(async () => {
    const admin = await given.open();
    await admin.go('/reviews');
    await admin.signIn({ name: 'admin' }, given.desk.firstPassword);
    await admin.page.getByLabel('New password').fill(PASSWORD);
    await admin.page.getByLabel('The same again').fill(PASSWORD);
    await admin.page.keyboard.press('Enter');
    await admin.page.getByRole('heading', { name: 'Review queue' }).waitFor();
    anna = await given.desk.invite('Anna', 'moderator');
    place = `/reviews/${await openCase()}`;
    at = await given.open();
  }, 240_000);

  it('do not share a claim: the second says so, takes it over, and gives it back when it is closed', async () => {
    await at.go(place);
    await at.signIn(anna);
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

  it('have back what their page before claimed so late that it had gone', async () => {
    const asked = at.page.waitForRequest((request) => request.url().endsWith('/claim'));
    await at.go(place);
    await at.page.getByText('Yours for').waitFor();
    const before = (await asked).headers()['x-portcullis-tab'] ?? '';
    await at.page.route(
      '**/claim',
      async (route) => {
        await eventually('the case is free', isFree);
        const late = { method: 'POST', headers: { 'x-portcullis-console': '1', 'x-portcullis-tab': before } };
        const claim = `fetch(${JSON.stringify(route.request().url())}, ${JSON.stringify(late)}).then(({ status }) => status)`;
        expect(await at.page.evaluate<number>(claim)).toBe(200);
        await route.continue();
      },
      { times: 1 },
    );
    await at.page.reload();
    await at.page.getByText('Yours for').waitFor();
  });
});
