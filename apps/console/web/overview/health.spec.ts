import { describe, expect, it } from '@jest/globals';

import type { Durations, OverviewAnswer, Series } from '#contracts/overview-answer.js';

import * as health from './health.js';

const NO_TIME: Durations = { count: 0, p50Ms: null, p95Ms: null, p99Ms: null };
const NONE: Series = { count: 0, points: [] };
const FAST: OverviewAnswer['fast'] = {
  stages: [{ stage: 'total', ...NO_TIME }],
  p95Points: [],
  slos: [],
  shed: NONE,
  sheds: [],
};
const CLASS = {
  class: 'normal',
  age: NO_TIME,
  late: 0,
  waiting: 0,
  waitingLate: 0,
  more: false,
  oldestMs: null,
} as const;
const HEAVY: OverviewAnswer['heavy'] = {
  finals: NONE,
  classes: [CLASS],
  waiting: 0,
  more: false,
  oldestMs: null,
  finalsPerSecond: null,
  backlogSeconds: 0,
};
const SLO = { ...NO_TIME, sloMs: 60_000, over: 0 };
const RECONCILED: OverviewAnswer['reconciliation'] = {
  transitions: [{ transition: 'confirmed_allow', count: 5, points: [5] }],
  exposure: SLO,
  wrongfulHold: SLO,
  compared: 5,
  agreement: [],
};
const QUEUE = { open: 0, claimed: 0, held: 0, escalated: 0, green: 0, amber: 0, red: 0, lateBlocks: 0, more: false };
const PEOPLE = { queue: QUEUE, slaMs: 1, opened: [], decided: NONE, age: NO_TIME };
const DELIVERIES = {
  waiting: 0,
  failed: 0,
  more: { waiting: false, failed: false },
  oldestMs: null,
  endpoints: { enabled: 1, disabled: 0 },
};
const LETTERS = { open: 0, more: false, reasons: [], came: NONE };

const slos = (kept: number, broken: number) => ({ ...FAST, slos: [{ sloMs: 300, kept, broken }] });

describe('how a part stands', () => {
  it.each([
    [FAST, 'No uploads'],
    [slos(99, 1), 'Within SLO'],
    [slos(98, 2), 'Below SLO'],
    [slos(90, 10), 'SLO broken'],
    [{ ...slos(99, 1), shed: { count: 1, points: [] } }, 'Shed some'],
  ])('of the fast tier (%#)', (fast, word) => {
    expect(health.fastHealth(fast).word).toBe(word);
  });

  it.each([
    [HEAVY, 'Nothing to do'],
    [{ ...HEAVY, finals: { count: 9, points: [] } }, 'In time'],
    [{ ...HEAVY, waiting: 3, more: true, backlogSeconds: null }, 'Not moving'],
    [{ ...HEAVY, classes: [{ ...CLASS, late: 1 }] }, 'Was late'],
    [{ ...HEAVY, classes: [{ ...CLASS, late: 1, waitingLate: 1 }] }, 'Late'],
  ])('of the heavy tier (%#)', (heavy, word) => {
    expect(health.heavyHealth(heavy).word).toBe(word);
  });

  it.each([
    [{ ...RECONCILED, transitions: [] }, 'No finals'],
    [RECONCILED, 'No reversals'],
    [{ ...RECONCILED, exposure: { ...SLO, count: 2 } }, 'Within SLO'],
    [{ ...RECONCILED, wrongfulHold: { ...SLO, count: 2, over: 1 } }, 'SLO broken'],
  ])('of reconciliation (%#)', (figures, word) => {
    expect(health.reconciliationHealth(figures).word).toBe(word);
  });

  it.each([
    [QUEUE, 'Nothing waits'],
    [{ ...QUEUE, green: 1 }, 'In time'],
    [{ ...QUEUE, green: 1, amber: 1 }, 'Due soon'],
    [{ ...QUEUE, amber: 1, red: 1 }, 'Overdue'],
  ])('of people’s work (%#)', (queue, word) => {
    expect(health.peopleHealth({ ...PEOPLE, queue }).word).toBe(word);
  });

  it.each([
    [DELIVERIES, 'Delivered'],
    [{ ...DELIVERIES, endpoints: { enabled: 0, disabled: 0 } }, 'No endpoints'],
    [{ ...DELIVERIES, oldestMs: 3_600_000 }, 'Behind'],
    [{ ...DELIVERIES, endpoints: { enabled: 1, disabled: 1 } }, 'Disabled'],
    [{ ...DELIVERIES, failed: 2 }, 'Failing'],
  ])('of deliveries (%#)', (deliveries, word) => {
    expect(health.deliveryHealth(deliveries).word).toBe(word);
  });

  it('of dead letters', () => {
    expect(health.letterHealth(LETTERS).tone).toBe('good');
    expect(health.letterHealth({ ...LETTERS, open: 10_000, more: true }).why).toBe(
      '10\u00a0000 dead letters or more open',
    );
  });
});
