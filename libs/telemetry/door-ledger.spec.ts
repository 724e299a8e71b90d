import { describe, expect, it } from '@jest/globals';

import { binOf } from '#moderation/overview/duration-bins.js';

import { DoorLedger } from './door-ledger.js';

const MINUTE_MS = 60_000;

class World {
  nowMs = 10 * MINUTE_MS;
  readonly ledger = new DoorLedger(300, () => this.nowMs);
}

describe('what happens at the door', () => {
  it('is counted by the minute', () => {
    const world = new World();
    const { ledger } = world;
    ledger.answered('accepted');
    ledger.answered('accepted');
    ledger.shed('door', 'full');
    ledger.took({ total: 40, inference: 20 });
    ledger.took({ total: 301 });
    ledger.took({ receive: 5 });
    world.nowMs += MINUTE_MS;
    ledger.answered('overloaded');
    expect(ledger.changed()).toEqual([
      {
        minuteMs: 10 * MINUTE_MS,
        version: 6,
        figures: {
          outcomes: { accepted: 2 },
          sheds: { 'door full': 1 },
          stages: {
            total: { [binOf(40)]: 1, [binOf(301)]: 1 },
            inference: { [binOf(20)]: 1 },
            receive: { [binOf(5)]: 1 },
          },
          kept: 1,
          broken: 1,
          sloMs: 300,
        },
      },
      {
        minuteMs: 11 * MINUTE_MS,
        version: 1,
        figures: { outcomes: { overloaded: 1 }, sheds: {}, stages: {}, kept: 0, broken: 0, sloMs: 300 },
      },
    ]);
  });

  it('is told until it was written, with all that came meanwhile', () => {
    const { ledger } = new World();
    ledger.answered('accepted');
    const copies = ledger.changed();
    ledger.answered('accepted');
    ledger.written(copies);
    const [again] = ledger.changed();
    expect([copies[0]?.figures.outcomes, again?.version, again?.figures.outcomes]).toEqual([
      { accepted: 1 },
      2,
      { accepted: 2 },
    ]);
    ledger.written(ledger.changed());
    expect(ledger.changed()).toEqual([]);
  });

  it('goes on in a minute that was written, and forgets one that is over', () => {
    const world = new World();
    const { ledger } = world;
    ledger.answered('accepted');
    ledger.written(ledger.changed());
    ledger.answered('accepted');
    expect(ledger.changed()[0]?.figures.outcomes).toEqual({ accepted: 2 });
    world.nowMs += MINUTE_MS;
    ledger.written(ledger.changed());
    expect(ledger.changed()).toEqual([]);
  });

  it('is given up after a day that could not be written', () => {
    const world = new World();
    for (let minute = 0; minute < 1_500; minute += 1) {
      world.ledger.answered('accepted');
      world.nowMs += MINUTE_MS;
    }
    const kept = world.ledger.changed();
    expect([kept.length, kept[0]?.minuteMs]).toEqual([1_440, 70 * MINUTE_MS]);
  });
});
