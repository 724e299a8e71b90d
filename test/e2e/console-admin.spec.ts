import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { FINDINGS } from '#moderation/label.js';
import { STARTING_POLICY, type PolicyDocument, type Thresholds } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import { describeEveryPage, type DialogAt, type PagesBelow } from './every-page.js';
import type { Colleague } from './moderation-desk.js';
import { heavyFrom, PolicyHands } from './policy-hands.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

/** For so long images come in first: pictures of it are to show something. Not set: as many as the tests need, at once. */
const TRAFFIC_MINUTES = Number(process.env['CONSOLE_TRAFFIC_MINUTES'] ?? 0);
const UPLOADS = TRAFFIC_MINUTES === 0 ? 20 : TRAFFIC_MINUTES * 40;
/** A busy time and a quiet one take turns. */
const pauseMs = (index: number): number => (TRAFFIC_MINUTES === 0 ? 0 : 1_500 + 900 * Math.sin(index / 25));
const SIDE = { width: 320, height: 240 };
const between = (clearBelow: number, blockFrom: number): Thresholds => ({ clearBelow, blockFrom });
/** So low that our harmless pictures lie in every band. */
const POLICY: PolicyDocument = {
  ...STARTING_POLICY,
  thresholds: {
    'sexual.explicit': { fast: between(0.02, 0.2), heavy: between(0.01, 0.05) },
    'sexual.explicit.drawn': { fast: between(0.02, 0.2), heavy: between(0.01, 0.1) },
    'sexual.suggestive': { fast: between(0.02, 0.3), heavy: between(0.02, 0.2) },
  },
};

/** Nobody listens there. */
const DEAF = { address: 'http://127.0.0.1:9/hooks', network: '127.0.0.0/8', port: '9' };
const options = {
  policy: POLICY,
  settings: {
    POLICY_APPROVAL: 'on',
    WEBHOOK_HTTP: 'allow',
    FETCH_PRIVATE_NETWORKS: DEAF.network,
    FETCH_PRIVATE_PORTS: DEAF.port,
    // as somebody would set it: pictures show what is promised
    ...(TRAFFIC_MINUTES === 0 ? {} : { FAST_SLO_MS: '2000' }),
  },
};

describeDesk('the console in an admin’s hands', options, (given) => {
  let admin: WatchedPage;
  let first: Colleague;
  let sara: Colleague;
  let uploaded = 0;

  const upload = async (): Promise<string> => {
    const { bytes } = await drawSample(uploaded, SIDE);
    const fields = { class: uploaded % 5 === 4 ? 'urgent' : 'normal' };
    uploaded += 1;
    const { body } = await given.desk.product.client.upload(bytes, { fields });
    return body.decision.verdict;
  };
  const live = async (): Promise<number> => (await given.desk.product.policies.live()).version;
  /** Goes on with the focus until it is on what a screen reader calls so. */
  const tabTo = async ({ page }: WatchedPage, name: string): Promise<void> => {
    await eventually(`the focus is on ${name}`, async () => {
      await page.keyboard.press('Tab');
      const named = `(document.activeElement.ariaLabel ?? document.activeElement.textContent)`;
      return page.evaluate<boolean>(`${named}.startsWith(${JSON.stringify(name)})`);
    });
  };
  const handsOf = async (who: Colleague): Promise<PolicyHands> => new PolicyHands(await given.desk.browserOf(who));

  beforeAll(
    async () => {
      first = await given.desk.welcomeAdmin();
      sara = await given.desk.invite('Sara', 'senior');
      const verdicts = new Set<string>();
      while (uploaded < UPLOADS) {
        verdicts.add(await upload());
        await delay(pauseMs(uploaded));
      }
      expect(verdicts).toEqual(new Set(['allow', 'block']));
      await given.desk.product.settled();
      admin = await given.open();
      await admin.go('/overview');
      await admin.signIn(first);
      await admin.heading('Overview');
    },
    240_000 + TRAFFIC_MINUTES * 120_000,
  );

  describe('a policy, to the next upload and back', () => {
    it('is tuned on the histogram by keys alone, and kept as a draft', async () => {
      const { page } = admin;
      await page.getByRole('link', { name: 'Thresholds', exact: true }).press('Enter');
      await admin.heading('Thresholds');
      await page.getByRole('slider', { name: 'Block from: Explicit, fast model' }).waitFor();
      await page.getByRole('radio', { name: 'Chart' }).focus();
      await tabTo(admin, 'Allow below: Explicit, fast model');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Home');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Home');
      expect(await page.getByLabel('Block from', { exact: true }).inputValue()).toBe('0.00');
      await admin.keep('thresholds-moved');
      expect(await admin.seriousFaults()).toEqual([]);
      await page.getByRole('button', { name: 'Begin a draft with these thresholds' }).press('Enter');
      await page.waitForURL(/draft=/);
      await page.getByRole('link', { name: 'What would change' }).waitFor();
      expect([await live(), admin.faults]).toEqual([1, []]);
    });

    it('is replayed over what was uploaded, and handed in with what that showed', async () => {
      const { page } = admin;
      await page.getByRole('link', { name: 'What would change' }).press('Enter');
      await page.getByRole('button', { name: 'Replay', exact: true }).press('Enter');
      await admin.heading('In short');
      await page.getByText(`of ${UPLOADS} images`).waitFor();
      await admin.dismissMessages();
      await admin.keep('what-would-change');
      await page.getByRole('link', { name: 'Back to the draft' }).press('Enter');
      await admin.heading('Your draft');
      await page.getByLabel('What changes, and why').fill('Nothing goes out before the heavy model has seen it.');
      await admin.keep('draft');
      await page.getByRole('button', { name: 'Submit as a version' }).press('Enter');
      await admin.heading('Version 2');
      expect(await page.getByRole('button', { name: 'Publish now' }).isDisabled()).toBe(true);
      expect([await live(), admin.faults]).toEqual([1, []]);
    });

    it('is approved by somebody else, who sees what it would do, and published: the next upload is blocked', async () => {
      const second = await given.open();
      await second.go('/policies/2');
      await second.signIn(sara);
      await second.page.getByText(`of ${UPLOADS} images`).waitFor();
      await second.keep('policy-approval');
      expect(await second.seriousFaults()).toEqual([]);
      await second.page.getByRole('button', { name: 'Approve' }).press('Enter');
      await second.page.getByText(`Approved by ${sara.name}`).waitFor();
      expect(await second.page.getByRole('button', { name: 'Publish now' }).count()).toBe(0);
      await admin.go('/policies/2');
      await admin.page.getByRole('button', { name: 'Publish now' }).press('Enter');
      await admin.page.getByRole('button', { name: 'Publish it' }).press('Enter');
      await admin.page.getByText('Version 2 is live.').waitFor();
      expect(await live()).toBe(2);
      await eventually('the upload service follows', async () => {
        const [block, again] = [await upload(), await upload()];
        return block === 'block' && again === 'block';
      });
      expect([admin.faults, second.faults]).toEqual([[], []]);
    });

    it('is rolled back as a new version: uploads are allowed again', async () => {
      const { page } = admin;
      await admin.go('/policies');
      await page.getByRole('button', { name: 'Roll back to version 1' }).press('Enter');
      await page.getByLabel('Why').fill('Too much waits.');
      await admin.keep('policy-rollback');
      expect(await admin.seriousFaults()).toEqual([]);
      await page.getByRole('button', { name: 'Roll back now' }).press('Enter');
      await admin.heading('Version 3');
      expect(await live()).toBe(3);
      await eventually('the upload service follows', async () => (await upload()) === 'allow');
      await page.getByRole('link', { name: 'Overview', exact: true }).press('Enter');
      await admin.heading('Overview');
      await eventually('the door has told of every upload', async () => {
        const taken = parseInt(await page.getByText(/^\d+ taken in$/).innerText(), 10);
        const accepted = page.getByRole('listitem').filter({ hasText: `Accepted${taken}` });
        return (await accepted.count()) === 1;
      });
      expect(admin.faults).toEqual([]);
      await admin.go('/overview?window=15m');
      await admin.settled();
      await admin.keep('overview');
    });

    it('is brought together with what another admin published meanwhile, by keys alone', async () => {
      const { page } = admin;
      const paul = await given.desk.invite('Paul', 'admin');
      const [own, other, senior] = [await handsOf(first), await handsOf(paul), await handsOf(sara)];
      const { id } = await own.begin((document) => document, 'Fewer pictures wait for a human.');
      const others = await other.begin((document) =>
        heavyFrom('sexual.explicit', 0.06)(heavyFrom('sexual.explicit.drawn', 0.12)(document)),
      );
      await admin.go(`/policies/drafts/${id}`);
      await page.getByLabel('Explicit, heavy model, block from', { exact: true }).fill('0.08');
      await page.getByLabel('Suggestive, heavy model, block from', { exact: true }).fill('0.25');
      const published = await other.handIn(others);
      await senior.approve(published);
      await other.publish(published);

      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().endsWith(`/policy-drafts/${id}/submit`)),
        page.getByRole('button', { name: 'Submit as a version' }).press('Enter'),
      ]);
      expect(answer.status()).toBe(409);
      await admin.heading('Bring both together');
      await page.getByText('One place to choose').waitFor();
      expect(await page.getByRole('button', { name: 'Make this my draft' }).isDisabled()).toBe(true);
      await admin.keep('policy-merge');
      expect(await admin.seriousFaults()).toEqual([]);
      await tabTo(admin, 'Explicit · Heavy model · Block from: 0.06');
      await page.keyboard.press('ArrowRight');
      await page.getByText('Every place is chosen.').waitFor();
      await tabTo(admin, 'Make this my draft');
      await page.keyboard.press('Enter');
      await admin.heading('Your draft');
      await page.getByText(`on version ${published}`, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Submit as a version' }).press('Enter');
      const merged = published + 1;
      await admin.heading(`Version ${merged}`);
      await own.replay(`/policies/${merged}`);
      await senior.approve(merged);
      await admin.go(`/policies/${merged}`);
      await page.getByRole('button', { name: 'Publish now' }).press('Enter');
      await page.getByRole('button', { name: 'Publish it' }).press('Enter');
      await page.getByText(`Version ${merged} is live.`).waitFor();
      const { version, document } = await given.desk.product.policies.live();
      const blocksFrom = FINDINGS.map((label) => document.thresholds[label].heavy.blockFrom);
      expect([version, blocksFrom]).toEqual([merged, [0.08, 0.12, 0.25]]);
      expect(admin.faults).toEqual([]);
    });
  });

  const dialogs = (address: string, made: Readonly<Record<string, DialogAt['open']>>): DialogAt[] =>
    Object.entries(made).map(([title, open]) => ({ address, title, open }));
  const press =
    (...keys: string[]): DialogAt['open'] =>
    async (page) => {
      for (const key of keys) await page.keyboard.press(key);
    };
  const pressYours =
    (key: string): DialogAt['open'] =>
    async (page) => {
      await page.getByText('Yours for').waitFor();
      await page.keyboard.press(key);
    };
  const click =
    (name: string): DialogAt['open'] =>
    (page) =>
      page.getByRole('button', { name, exact: true }).first().click();

  /** Something for every page to show. */
  const furnish = async (): Promise<PagesBelow> => {
    const { product } = given.desk;
    const hands = await handsOf(first);
    const stale = await hands.begin(heavyFrom('sexual.explicit', 0.07));
    await hands.replay(`/policy-drafts/${stale.id}`);
    const next = await hands.handIn(await hands.begin(heavyFrom('sexual.explicit', 0.09)));
    await (await handsOf(sara)).approve(next);
    await hands.publish(next);
    const waiting = await hands.handIn(await hands.begin(heavyFrom('sexual.explicit.drawn', 0.14)));
    const own = await hands.begin(heavyFrom('sexual.suggestive', 0.3));
    const [review] = await product.rows<{ id: string; asset: string }>(
      `SELECT id, asset_id AS asset FROM review WHERE state = 'open' ORDER BY id LIMIT 1`,
    );
    await product.rows(
      `INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at)
       SELECT id, 'timeout', 3, 'The model gave no answer in time.', now() FROM asset ORDER BY id LIMIT 1`,
    );
    const post = (body: unknown) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { body: endpoint } = await product.client.ask<{ id: string }>('/v1/webhooks', post({ url: DEAF.address }));
    await product.client.ask(`/v1/webhooks/${endpoint.id}/test`, post({}));
    await eventually(
      'a webhook has failed',
      async () => (await product.count('webhook_delivery WHERE attempts > 0')) > 0,
    );
    const at = {
      review: `/reviews/${review?.id ?? ''}`,
      draft: `/policies/drafts/${own.id}`,
      version: `/policies/${waiting}`,
    };
    return {
      addresses: [
        at.review,
        `/assets/${review?.asset ?? ''}`,
        '/policies/1',
        at.version,
        `${at.version}/what-would-change`,
        '/deliveries?state=waiting',
        at.draft,
        `/policies/drafts/${stale.id}`,
        `/policies/drafts/${stale.id}/merge`,
        `/policies/drafts/${stale.id}/what-would-change`,
      ],
      dialogs: [
        ...dialogs('/reviews', {
          Keys: press('?'),
          'Go to or do': press('Control+k'),
          'Settings of this browser': click('Settings'),
          'Decide 1 case': press('x', 'd'),
        }),
        ...dialogs(at.review, {
          'Skip this case': pressYours('s'),
          'Put this case off': pressYours('h'),
          'Escalate to a senior moderator': pressYours('e'),
          'Assign this case': pressYours('w'),
        }),
        ...dialogs(at.draft, { 'Discard this draft': click('Discard') }),
        ...dialogs('/policies/1', { 'Roll back to version 1': click('Roll back to this') }),
        ...dialogs('/people', { 'Invite somebody': click('Invite somebody') }),
      ],
    };
  };
  describeEveryPage(() => admin, furnish);
});
