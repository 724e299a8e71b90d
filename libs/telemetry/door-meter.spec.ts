import { describe, expect, it } from '@jest/globals';

import type { DoorMinute } from './door-ledger.js';
import { DoorMeter } from './door-meter.js';
import { Metrics } from './metrics.js';

class Store {
  readonly written: (readonly DoorMinute[])[] = [];
  isLate = false;
  warned = 0;

  readonly write = (minutes: readonly DoorMinute[]): Promise<void> => {
    if (this.isLate) return Promise.reject(new Error('late'));
    this.written.push(minutes);
    return Promise.resolve();
  };

  meter(): DoorMeter {
    return new DoorMeter({ sloMs: 300, store: this, log: { warn: () => (this.warned += 1) } });
  }
}

const accepted = (minutes: readonly DoorMinute[] | undefined): number =>
  (minutes ?? []).reduce((sum, { figures }) => sum + (figures.outcomes['accepted'] ?? 0), 0);

describe('figures of the door', () => {
  it('are what the metrics hear, and are written by and by', async () => {
    const store = new Store();
    const meter = store.meter();
    const metrics = new Metrics({ sloMs: 300, door: meter.ledger });
    metrics.uploadAnswered('accepted');
    metrics.shed('queue', 'expired');
    metrics.uploadTook({ total: 20 });
    await meter.flush();
    await meter.flush();
    expect(store.written.length).toBe(1);
    const figures = store.written[0]?.map((minute) => minute.figures) ?? [];
    expect(figures.map(({ sheds }) => sheds['queue expired'] ?? 0).reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(figures.map(({ kept }) => kept).reduce((sum, one) => sum + one, 0)).toBe(1);
    await meter.close();
  });

  it('are kept while they cannot be written, and written at the end', async () => {
    const store = new Store();
    const meter = store.meter();
    meter.ledger.answered('accepted');
    store.isLate = true;
    await meter.flush();
    expect([store.warned, store.written.length]).toEqual([1, 0]);
    store.isLate = false;
    meter.ledger.answered('accepted');
    await meter.close();
    expect(accepted(store.written.at(-1))).toBe(2);
  });
});
