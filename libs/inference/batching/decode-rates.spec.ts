import { describe, expect, it } from '@jest/globals';

import type { MediaType } from '#contracts/media-type.js';
import { DecodeRates } from './decode-rates.js';

const [AVIF, PNG] = ['image/avif', 'image/png'] as const;

function scene() {
  const clock = { nowMs: 0 };
  const rates = new DecodeRates(() => clock.nowMs);
  const note = (clientId: string, count: number, tookMs: number): void => {
    for (let n = 0; n < count; n += 1) rates.note({ clientId, mediaType: AVIF, seedMs: 100 }, tookMs);
  };
  /** Of a picture that takes 100 ms by its seed. */
  const expected = (clientId: string, mediaType: MediaType = AVIF): number =>
    rates.expectedMs({ clientId, mediaType, seedMs: 100 });
  return { clock, rates, note, expected };
}

describe('decode rates', () => {
  it('are their seed at first, and of one media type only', () => {
    const { rates, note, expected } = scene();
    expect(expected('one')).toBe(100);
    note('one', 1, 500);
    expect([expected('one'), expected('one', PNG)]).toEqual([500, 100]);
    expect(rates.expectedMs({ clientId: 'one', mediaType: AVIF, seedMs: 300 })).toBe(1_500);
  });

  it('rise with the first slow one, and fall below the seed when enough were faster', () => {
    const { note, expected } = scene();
    note('one', 19, 20);
    expect(expected('one')).toBe(100);
    note('one', 1, 20);
    expect(expected('one')).toBe(20);
    note('one', 1, 400);
    expect(expected('one')).toBe(20);
    note('one', 1, 400);
    expect(expected('one')).toBe(400);
  });

  it('of one client are its own, however slow and however many its pictures are', () => {
    const { note, expected } = scene();
    note('poisoner', 1, 5_000);
    expect([expected('poisoner'), expected('other')]).toEqual([5_000, 100]);
    note('poisoner', 100, 5_000);
    expect([expected('poisoner'), expected('other')]).toEqual([5_000, 100]);
    note('other', 1, 90);
    expect(expected('other')).toBe(100);
  });

  it('of a machine are what most clients have in common', () => {
    const { note, expected } = scene();
    note('fast', 40, 10);
    expect(expected('new')).toBe(100);
    note('one', 40, 300);
    expect(expected('new')).toBe(100);
    note('two', 40, 400);
    note('three', 19, 9_000);
    expect(expected('new')).toBe(100);
    note('three', 1, 9_000);
    expect(expected('new')).toBe(300);
    note('new', 1, 200);
    expect(expected('new')).toBe(300);
  });

  it('may be lower than the seed for all, when two clients say so', () => {
    const { note, expected } = scene();
    note('one', 20, 20);
    note('two', 20, 30);
    expect(expected('new')).toBe(30);
    note('new', 1, 50);
    expect(expected('new')).toBe(50);
  });

  it('are the seed again after a minute without any', () => {
    const { clock, note, expected } = scene();
    for (const clientId of ['one', 'two']) note(clientId, 30, 400);
    clock.nowMs = 60_000;
    expect([expected('one'), expected('new')]).toEqual([400, 400]);
    clock.nowMs = 60_001;
    expect([expected('one'), expected('new')]).toEqual([100, 100]);
  });

  it('are kept of the thousand clients that sent last', () => {
    const { note, expected } = scene();
    note('first', 1, 400);
    note('second', 1, 400);
    note('first', 1, 400);
    for (let n = 0; n < 999; n += 1) note(`client ${n}`, 1, 100);
    expect([expected('first'), expected('second')]).toEqual([400, 100]);
  });
});
