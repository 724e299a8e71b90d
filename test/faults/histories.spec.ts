import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { RECORDS } from '#moderation/campaigns/candidate.js';
import { LATE_DEFAULTS } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, VERDICTS } from '#moderation/words.js';
import { HistoryCampaigns } from '../support/history-campaigns.js';
import type { Step } from '../support/history-model.js';
import { HistoryWorld } from '../support/history-world.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

jest.setTimeout(120_000);

const RUNS = 80;
const STEPS_MAX = 25;

let made: MigratedDatabase;
let database: DataSource;
let clientId: string;

beforeAll(async () => {
  made = await migratedDatabase(2);
  ({ database } = made);
  clientId = await firstClient(database);
});

afterAll(() => made.drop());

/** Mostly the newest: what was begun is then gone on with. */
const turn = fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.nat({ max: 5 }), weight: 1 });
const provisional = fc.constantFrom(...PROVISIONAL_VERDICTS);

const upload: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('upload'),
  verdict: provisional,
  key: fc.option<number>(fc.nat({ max: 2 }), { nil: null }),
  ifLate: fc.constantFrom(...LATE_DEFAULTS),
  overdue: fc.boolean(),
});
const settle: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('settle'),
  turn,
  verdict: fc.constantFrom(...VERDICTS),
});
const label: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('label'),
  verdict: fc.constantFrom(...VERDICTS),
  dies: fc.boolean(),
});
const decide: fc.Arbitrary<Step> = fc.record({ do: fc.constant('decide'), turn, verdict: provisional });
const lease: fc.Arbitrary<Step> = fc.record({ do: fc.constant('lease'), most: fc.integer({ min: 1, max: 4 }) });
const chosen: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('die', 'expire', 'give back', 'hand back', 'resubmit', 'discard', 'apply', 'roll back'),
  turn,
});
const campaign: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('campaign'),
  verdict: fc.constantFrom(...VERDICTS),
  record: fc.constantFrom(...RECORDS),
});
const plain: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('publish', 'pass the promise') });

/** As often long as short. */
const steps = fc.noBias(
  fc.array(
    fc.oneof(
      { arbitrary: upload, weight: 2 },
      { arbitrary: lease, weight: 2 },
      { arbitrary: settle, weight: 2 },
      { arbitrary: label, weight: 6 },
      { arbitrary: decide, weight: 4 },
      { arbitrary: chosen, weight: 8 },
      { arbitrary: campaign, weight: 3 },
      { arbitrary: plain, weight: 1 },
    ),
    { minLength: 1, maxLength: STEPS_MAX, size: 'max' },
  ),
);

/** What is too seldom drawn: a human speaks while the heavy tier tries again. */
const HUMAN_MEANWHILE: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: true },
  { do: 'label', verdict: 'review', dies: true },
  { do: 'resubmit', turn: 0 },
  { do: 'decide', turn: 0, verdict: 'block' },
  { do: 'label', verdict: 'allow', dies: false },
];

describe('whatever happens to assets, in whatever order', () => {
  it('their histories keep every invariant, and they are as a model of few lines says', async () => {
    const kinds = new Set<Step['do']>();
    const property = fc.asyncProperty(steps, async (sequence) => {
      await HistoryCampaigns.prepare(database);
      const world = new HistoryWorld(database, clientId);
      for (const step of sequence) {
        await world.take(step);
        kinds.add(step.do);
      }
      await world.check();
    });
    await fc.assert(property, { numRuns: RUNS, examples: [[HUMAN_MEANWHILE]] });
    expect(kinds.size).toBe(16);
  });
});
