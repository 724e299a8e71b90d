import 'reflect-metadata';
import { beforeAll, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY, type PolicyDocument, type Thresholds } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import type { Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

const UPLOADS = 20;
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

const options = { policy: POLICY, settings: { POLICY_APPROVAL: 'on' } };

describeDesk('a policy, from an admin’s hands to the next upload and back', options, (given) => {
  let admin: WatchedPage;
  let sara: Colleague;
  let uploaded = 0;

  const upload = async (): Promise<string> => {
    const { bytes } = await drawSample(uploaded, SIDE);
    uploaded += 1;
    const { body } = await given.desk.product.client.upload(bytes);
    return body.decision.verdict;
  };
  const live = async (): Promise<number> => (await given.desk.product.policies.live()).version;
  /** Where the focus is, by the name that a screen reader says. */
  const tabTo = async (page: WatchedPage, name: string): Promise<void> => {
    await page.page.getByRole('radio', { name: 'Chart' }).focus();
    await eventually(`the focus is on ${name}`, async () => {
      await page.page.keyboard.press('Tab');
      return page.page.evaluate<boolean>(`document.activeElement.ariaLabel === ${JSON.stringify(name)}`);
    });
  };

  beforeAll(async () => {
    const first = await given.desk.welcomeAdmin();
    sara = await given.desk.invite('Sara', 'senior');
    const verdicts = new Set<string>();
    while (uploaded < UPLOADS) verdicts.add(await upload());
    expect(verdicts).toEqual(new Set(['allow', 'block']));
    await given.desk.product.settled();
    admin = await given.open();
    await admin.go('/overview');
    await admin.signIn(first);
    await admin.heading('Overview');
  }, 240_000);

  it('is tuned on the histogram by keys alone, and kept as a draft', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Thresholds', exact: true }).press('Enter');
    await admin.heading('Thresholds');
    await page.getByRole('slider', { name: 'Block from: Explicit, fast model' }).waitFor();
    await admin.keep('thresholds');
    expect(await admin.seriousFaults()).toEqual([]);
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
    expect(await admin.seriousFaults()).toEqual([]);
    await page.getByRole('link', { name: 'Back to the draft' }).press('Enter');
    await admin.heading('Your draft');
    await page.getByLabel('What changes, and why').fill('Nothing goes out before the heavy model has seen it.');
    await admin.keep('draft');
    expect(await admin.seriousFaults()).toEqual([]);
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
    await page.getByRole('link', { name: 'Policies', exact: true }).press('Enter');
    await admin.heading('Versions');
    await admin.keep('policies');
    await page.getByRole('link', { name: 'Overview', exact: true }).press('Enter');
    await admin.heading('Overview');
    await page.getByText('uploads').or(page.getByText('Uploads')).first().waitFor();
    await eventually('the door has told of every upload', async () => {
      const taken = parseInt(await page.getByText(/^\d+ taken in$/).innerText(), 10);
      const accepted = page.getByRole('listitem').filter({ hasText: `Accepted${taken}` });
      return (await accepted.count()) === 1;
    });
    await admin.dismissMessages();
    await admin.keep('overview');
    expect(await admin.seriousFaults()).toEqual([]);
    expect(admin.faults).toEqual([]);
  });
});
