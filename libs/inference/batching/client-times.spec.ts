import { describe, expect, it } from '@jest/globals';

import { ClientTimes } from './client-times.js';

function scene() {
  const clock = { nowMs: 0 };
  const times = new ClientTimes(() => clock.nowMs);
  const note = (clientId: string, count: number, ms: number): void => {
    for (let n = 0; n < count; n += 1) times.note(clientId, ms);
  };
  return { clock, times, note };
}

describe('the times of clients', () => {
  it('are known after ten looks, each for itself', () => {
    const { times, note } = scene();
    note('one', 9, 20);
    note('other', 10, 200);
    expect([times.quantileMs('one'), times.quantileMs('other')]).toEqual([undefined, 200]);
    note('one', 1, 20);
    expect([times.quantileMs('one'), times.quantileMs('other')]).toEqual([20, 200]);
  });

  it('are of batches, and apart from that of what each picture had of its own', () => {
    const { times } = scene();
    for (let n = 0; n < 9; n += 1) times.note('one', 40, 3);
    expect(times.partMs('one')).toBeUndefined();
    times.note('one', 40, 3);
    expect([times.quantileMs('one'), times.partMs('one')]).toEqual([40, 3]);
  });

  it('in the middle are those of no single client: of two the shorter ones', () => {
    const { clock, times, note } = scene();
    expect(times.typicalMs).toBeUndefined();
    note('slow', 40, 250);
    expect(times.typicalMs).toBe(250);
    note('one', 1, 20);
    expect(times.typicalMs).toBe(20);
    note('other', 1, 30);
    expect(times.typicalMs).toBe(30);
    clock.nowMs = 10_001;
    expect(times.typicalMs).toBeUndefined();
  });

  it('are forgotten after ten seconds without a look', () => {
    const { clock, times, note } = scene();
    note('one', 40, 200);
    clock.nowMs = 10_000;
    expect(times.quantileMs('one')).toBe(200);
    clock.nowMs = 10_001;
    expect(times.quantileMs('one')).toBeUndefined();
    note('one', 10, 20);
    expect(times.quantileMs('one')).toBe(20);
  });

  it('know whether a client is alone', () => {
    const { clock, times, note } = scene();
    expect(times.isAlone('one')).toBe(true);
    note('one', 1, 20);
    expect([times.isAlone('one'), times.isAlone('other')]).toEqual([true, false]);
    clock.nowMs = 10_001;
    expect(times.isAlone('other')).toBe(true);
  });

  it('are kept of the thousand clients that sent last', () => {
    const { times, note } = scene();
    note('first', 10, 20);
    note('second', 10, 20);
    note('first', 1, 20);
    for (let n = 0; n < 999; n += 1) note(`client ${n}`, 1, 20);
    expect([times.quantileMs('first'), times.quantileMs('second')]).toEqual([20, undefined]);
  });
});
