import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { RECORDS } from '#moderation/campaigns/candidate.js';
import { LATE_DEFAULTS } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, VERDICTS } from '#moderation/words.js';
import type { Step } from '../support/history-model.js';
import { HistoryWorld } from '../support/history-world.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const LONG = process.env['PORTCULLIS_LONG'] === '1';
const RUNS = LONG ? 1_500 : 100;
const STEPS_MAX = 25;
const LIMIT_MS = LONG ? 1_200_000 : 120_000;
const SUBJECT = 'their histories keep every invariant, and they are as a model of few lines says';

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
const batch: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('batch'),
  items: fc.integer({ min: 1, max: 3 }),
  key: fc.option<number>(fc.nat({ max: 1 }), { nil: null }),
});
const take: fc.Arbitrary<Step> = fc.record({ do: fc.constant('take items'), most: fc.integer({ min: 1, max: 3 }) });
const handIn: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('hand in'),
  turn,
  how: fc.constantFrom('accepted', 'failed', 'later', 'die'),
  verdict: provisional,
});
const ofBatch: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('lose items', 'cancel batch'), turn });
const file: fc.Arbitrary<Step> = fc.record({ do: fc.constant('write file'), name: fc.constantFrom('a', 'b/c', 'd') });
const ingest: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('ingest'),
  verdict: provisional,
  diesAfter: fc.option<number>(fc.integer({ min: 1, max: 2 }), { nil: null }),
});
const campaign: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('campaign'),
  verdict: fc.constantFrom(...VERDICTS),
  record: fc.constantFrom(...RECORDS),
});
const plain: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('publish', 'pass the promise', 'end batches') });

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
      { arbitrary: batch, weight: 1 },
      { arbitrary: take, weight: 2 },
      { arbitrary: handIn, weight: 3 },
      { arbitrary: ofBatch, weight: 1 },
      { arbitrary: file, weight: 1 },
      { arbitrary: ingest, weight: 1 },
      { arbitrary: plain, weight: 2 },
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

/** A service dies between an upload and its word on it; another one hands the same item in. */
const DIES_IN_A_BATCH: Step[] = [
  { do: 'batch', items: 1, key: 0 },
  { do: 'take items', most: 1 },
  { do: 'hand in', turn: 0, how: 'die', verdict: 'allow' },
  { do: 'lose items', turn: 0 },
  { do: 'take items', most: 1 },
  { do: 'hand in', turn: 0, how: 'accepted', verdict: 'allow' },
  { do: 'end batches' },
];

/** An ingest dies over its second file, which then changes; a later run takes nothing twice. */
const DIES_IN_AN_INGEST: Step[] = [
  { do: 'write file', name: 'a' },
  { do: 'write file', name: 'b/c' },
  { do: 'ingest', verdict: 'allow', diesAfter: 2 },
  { do: 'write file', name: 'b/c' },
  { do: 'ingest', verdict: 'allow', diesAfter: null },
  { do: 'ingest', verdict: 'allow', diesAfter: null },
];

/** A campaign labels what died, and its label is taken back. */
const LABELLED_LETTER: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: false },
  { do: 'label', verdict: 'review', dies: true },
  { do: 'campaign', verdict: 'block', record: 'all' },
  { do: 'apply', turn: 0 },
  { do: 'roll back', turn: 0 },
  { do: 'resubmit', turn: 0 },
  { do: 'label', verdict: 'allow', dies: false },
];

describe('whatever happens to assets, in whatever order', () => {
  it(
    SUBJECT,
    async () => {
      const kinds = new Set<Step['do']>();
      const examples = [HUMAN_MEANWHILE, DIES_IN_A_BATCH, DIES_IN_AN_INGEST, LABELLED_LETTER].map(asOnly);
      const property = fc.asyncProperty(steps, async (sequence) => {
        await HistoryWorld.prepare(database);
        const world = new HistoryWorld(database, clientId);
        for (const step of sequence) {
          await world.take(step);
          kinds.add(step.do);
        }
        await world.check();
      });
      await fc.assert(property, { numRuns: RUNS, examples });
      expect(kinds.size).toBe(24);
    },
    LIMIT_MS,
  );
});

const asOnly = (sequence: Step[]): [Step[]] => [sequence];
