import 'reflect-metadata';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import { layoutFaults } from './layout-faults.js';
import type { Colleague } from './moderation-desk.js';
import { openStreams } from './open-streams.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

/** In its series, the first animation. */
const ANIMATION = 9;
/** As the service has it. */
const STREAMS_PER_PERSON_MAX = 12;

const BYTES_SHOWN = `fetch(document.querySelector('.stage img').src).then((answer) => answer.arrayBuffer())
  .then((bytes) => new Uint8Array(bytes).join())`;

describeDesk('the console’s pages on other devices, and on many', {}, (given) => {
  let anna: Colleague;
  let animation = '';

  beforeAll(async () => {
    await given.desk.welcomeAdmin();
    anna = await given.desk.invite('Anna', 'moderator');
    await given.desk.bring(8, 0, { externalId: 'a-long-name-without-any-blank-'.repeat(6), uploaderId: 'user-17' });
    animation = await given.desk.bringOne(ANIMATION, { uploaderId: 'user-17' });
  }, 240_000);

  const openAs = async (
    who: Colleague,
    address: string,
    device?: Parameters<typeof given.open>[0],
  ): Promise<WatchedPage> => {
    const page = await given.open(device);
    await page.go(address);
    await page.signIn(who);
    return page;
  };
  // a case of the test before may be on its way back
  beforeEach(() => given.desk.allGivenBack());

  const isYours = (page: WatchedPage): Promise<void> => page.page.getByText('Yours for').waitFor();
  const decisions = (): Promise<number> => given.desk.product.count(`decision WHERE source = 'moderator'`);

  it('show an animation frame by frame, by keys', async () => {
    const at = await openAs(anna, `/reviews/${animation}`);
    await isYours(at);
    const seen = new Set<string>();
    const shows = async (frame: number): Promise<void> => {
      await at.page.getByText(`${frame} / 6`, { exact: true }).waitFor();
      await eventually('it is there', () =>
        at.page.evaluate<boolean>(`(() => {
          const { complete, naturalWidth, src } = document.querySelector('.stage img');
          return complete && naturalWidth > 0 && src.includes('frame=${frame - 1}');
        })()`),
      );
      seen.add(await at.page.evaluate<string>(BYTES_SHOWN));
    };
    await shows(1);
    await at.page.keyboard.press(']');
    await shows(2);
    await at.page.keyboard.press('ArrowRight');
    await shows(3);
    for (let press = 0; press < 3; press += 1) await at.page.keyboard.press('[');
    await shows(6);
    await at.page.getByRole('slider', { name: 'Frame 6 of 6' }).focus();
    await at.page.keyboard.press('ArrowLeft');
    await shows(5);
    await at.keep('item-frames');
    expect(seen.size).toBe(5);
    expect(at.faults).toEqual([]);
    await at.go('/reviews');
  });

  describe.each([
    ['across', { width: 1_024, height: 768 }],
    ['upright', { width: 768, height: 1_024 }],
  ] as const)('a tablet %s', (name, viewport) => {
    it('leads through queue and item by touch, and nothing is cut off, covered or too small', async () => {
      const at = await openAs(anna, '/reviews', { viewport, hasTouch: true });
      await at.page.getByRole('row').nth(3).waitFor();
      await at.keep(`tablet-${name}-queue`);
      expect(await layoutFaults(at.page)).toEqual([]);
      await at.page.getByRole('row').nth(2).getByRole('checkbox').tap();
      await at.page.getByText('1 case chosen').waitFor();
      expect(await layoutFaults(at.page)).toEqual([]);
      await at.page.getByRole('button', { name: 'Choose none' }).tap();
      await at.page.getByRole('row').nth(1).tap();
      await isYours(at);
      await at.keep(`tablet-${name}-item`);
      expect(await layoutFaults(at.page)).toEqual([]);
      await at.page.getByRole('tab', { name: /Uploader/ }).tap();
      await at.page.getByText('user-17').first().waitFor();
      expect(await layoutFaults(at.page)).toEqual([]);
      const [before, place] = [await decisions(), at.page.url()];
      await at.page.getByRole('button', { name: /^Allow/ }).tap();
      await at.page.getByPlaceholder('Why?').fill('a drawing');
      await at.page.getByRole('button', { name: 'Submit and next' }).tap();
      await eventually('the next one is there', () => at.page.url() !== place);
      expect(await decisions()).toBe(before + 1);
      await isYours(at);
      expect(await layoutFaults(at.page)).toEqual([]);
      for (const button of ['Keys', 'Settings'] as const) {
        await at.page.getByRole('button', { name: button, exact: true }).tap();
        await at.page.getByRole('dialog').waitFor();
        expect(await layoutFaults(at.page)).toEqual([]);
        await at.page.getByRole('button', { name: 'Close', exact: true }).tap();
      }
      expect(at.faults).toEqual([]);
      await at.page.getByRole('link', { name: 'My decisions' }).tap();
      await at.page.getByText('a drawing').first().waitFor();
      expect(await layoutFaults(at.page)).toEqual([]);
    });
  });

  it('say that one is offline, keep what was typed, and go on when one is back', async () => {
    const at = await openAs(anna, '/reviews');
    await at.page.getByRole('row').nth(1).waitFor();
    await at.page.keyboard.press('Enter');
    await isYours(at);
    const [before, place] = [await decisions(), at.page.url()];
    await at.page.context().setOffline(true);
    await at.page.getByText('You are offline.').waitFor();
    await at.page.keyboard.press('a');
    await at.page.getByPlaceholder('Why?').fill('a statue in a park');
    await at.page.keyboard.press('Enter');
    await at.page.getByText('The console does not answer.').waitFor();
    await at.keep('offline');
    expect(await at.seriousFaults()).toEqual([]);
    expect([at.page.url(), await decisions()]).toEqual([place, before]);
    await at.page.context().setOffline(false);
    await at.page.getByText('You are offline.').waitFor({ state: 'detached' });
    expect(await at.page.getByPlaceholder('Why?').inputValue()).toBe('a statue in a park');
    await at.page.keyboard.press('Enter');
    await eventually('it is decided', () => at.page.url() !== place);
    expect(await decisions()).toBe(before + 1);
    expect(at.faults).toEqual([]);
    await at.go('/history');
  });

  it('hold two hundred streams, refuse one person more than they need and say so, and let all of them go', async () => {
    const at = await openAs(anna, '/reviews');
    await at.page.getByText('Live', { exact: true }).waitFor();
    const { desk } = given;
    const [first, ...others] = await desk.crowd(18);
    const tokens = others
      .flatMap(({ token }) => Array.from({ length: STREAMS_PER_PERSON_MAX }, () => token))
      .slice(0, 200);
    const [streams, own] = await Promise.all([
      openStreams(desk.url, tokens),
      openStreams(
        desk.url,
        Array.from({ length: 200 }, () => first?.token ?? ''),
      ),
    ]);
    expect(streams.map(({ status }) => status)).toEqual(tokens.map(() => 200));
    await Promise.all(streams.map((stream) => stream.isTold()));
    const refused = own.filter(({ status }) => status !== 200);
    expect(own.length - refused.length).toBe(STREAMS_PER_PERSON_MAX);
    for (const { status, problem } of refused) {
      expect([status, problem?.code, problem?.retryable]).toEqual([429, 'too-many-streams', true]);
    }

    // who has too many is told so, asks seldom, and is back as soon as one is closed
    const full = await given.open();
    const asked: string[] = [];
    full.page.on('request', (request) => {
      if (request.url().endsWith('/api/live')) asked.push(request.method());
    });
    await full.page.clock.install();
    await full.go('/reviews');
    await full.signIn({ name: first?.name ?? '' });
    await full.page.getByText('Not live: you have too many pages open').waitFor();
    await full.keep('queue-not-live');
    expect(asked).toEqual(['GET', 'HEAD']);
    for (const stream of own) stream.close();
    await eventually('it is live', async () => {
      await full.page.clock.fastForward(15_000);
      return full.page.getByText('Live', { exact: true }).isVisible();
    });

    // nobody else notices
    const tab = await at.beside();
    await tab.go('/reviews');
    await tab.page.getByText('Live', { exact: true }).waitFor();
    const caseId = await desk.bringOne(20, {});
    for (const page of [at, tab, full]) await page.page.locator(`a[href^="/reviews/${caseId}"]`).waitFor();
    for (const stream of streams) stream.close();
    await eventually('their places are free', async () => {
      const again = await openStreams(desk.url, tokens);
      for (const stream of again) stream.close();
      return again.every(({ status }) => status === 200);
    });
    expect([at.faults, full.faults]).toEqual([[], []]);
  });
});
