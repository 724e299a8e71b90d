import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RECORDS } from '#moderation/campaigns/candidate.js';
import { LATE_DEFAULTS } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, VERDICTS } from '#moderation/words.js';
import type { Step } from '../support/history-model.js';
import { PausedDatabase } from '../support/history-pause.js';
import { HistoryQueue } from '../support/history-queue.js';
import { HistoryWorld, type HistoryParts } from '../support/history-world.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { describeQueues, type TestQueue } from '../support/queues.js';

const LONG = process.env['PORTCULLIS_LONG'] === '1';
/** With the queue in each of its places. */
const RUNS = LONG ? 750 : 40;
const STEPS_MAX = 25;
const LIMIT_MS = LONG ? 1_200_000 : 120_000;
/** What both sides of a connection say from its beginning to the end of a transaction, and less. */
const PIECES_MAX = 16;

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
  do: fc.constantFrom('die', 'expire', 'give back', 'hand back', 'resubmit', 'discard', 'apply', 'roll back', 'undo'),
  turn,
});
const erase: fc.Arbitrary<Step> = fc.record({ do: fc.constant('erase'), turn });
const bytesLate: fc.Arbitrary<Step> = fc.record({ do: fc.constant('bytes are late'), turn, counts: fc.boolean() });
const bytesCome: fc.Arbitrary<Step> = fc.record({ do: fc.constant('bytes come') });
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
const ofQueue: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('ring', 'ring', 'ring', 'wipe queue') });
const pull: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('pull'),
  most: fc.integer({ min: 1, max: 4 }),
  verdict: fc.constantFrom(...VERDICTS),
  dies: fc.boolean(),
});
const pause: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('pause PostgreSQL'),
  during: fc.constantFrom('upload', 'settle', 'decide', 'ring'),
  pieces: fc.nat({ max: PIECES_MAX }),
  ends: fc.constantFrom('goes on', 'is lost'),
  turn,
  verdict: provisional,
  key: fc.nat({ max: 2 }),
});

/** As often long as short. */
const steps = fc.noBias(
  fc.array(
    fc.oneof(
      { arbitrary: upload, weight: 2 },
      { arbitrary: lease, weight: 2 },
      { arbitrary: settle, weight: 2 },
      { arbitrary: label, weight: 6 },
      { arbitrary: decide, weight: 4 },
      { arbitrary: chosen, weight: 9 },
      { arbitrary: erase, weight: 2 },
      { arbitrary: bytesLate, weight: 2 },
      { arbitrary: bytesCome, weight: 1 },
      { arbitrary: campaign, weight: 3 },
      { arbitrary: batch, weight: 1 },
      { arbitrary: take, weight: 2 },
      { arbitrary: handIn, weight: 3 },
      { arbitrary: ofBatch, weight: 2 },
      { arbitrary: file, weight: 1 },
      { arbitrary: ingest, weight: 1 },
      { arbitrary: plain, weight: 3 },
      { arbitrary: ofQueue, weight: 5 },
      { arbitrary: pull, weight: 7 },
      { arbitrary: pause, weight: 5 },
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

/** A campaign says once more what was blocked late, and a human looks at it all the same. */
const LATE_BLOCK_REPEATED: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: false },
  { do: 'label', verdict: 'block', dies: false },
  { do: 'campaign', verdict: 'block', record: 'all' },
  { do: 'apply', turn: 0 },
  { do: 'roll back', turn: 0 },
  { do: 'decide', turn: 0, verdict: 'allow' },
];

/** A campaign releases what was blocked late, is taken back, and a human looks at the block after all. */
const LATE_BLOCK_RELEASED: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: false },
  { do: 'label', verdict: 'block', dies: false },
  { do: 'campaign', verdict: 'allow', record: 'flips' },
  { do: 'apply', turn: 0 },
  { do: 'roll back', turn: 0 },
  { do: 'decide', turn: 0, verdict: 'block' },
];

/** A worker dies with what it has taken, and then the queue is lost with the bell. */
const WIPED: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: false },
  { do: 'upload', verdict: 'block', key: null, ifLate: 'block', overdue: false },
  { do: 'ring' },
  { do: 'pull', most: 1, verdict: 'allow', dies: true },
  { do: 'expire', turn: 0 },
  { do: 'wipe queue' },
  { do: 'pull', most: 4, verdict: 'allow', dies: false },
];

/** What is in a worker's hands is erased, and so is what a human has decided: nothing of it changes any more. */
const ERASED: Step[] = [
  { do: 'batch', items: 1, key: 0 },
  { do: 'take items', most: 1 },
  { do: 'hand in', turn: 0, how: 'die', verdict: 'allow' },
  { do: 'write file', name: 'a' },
  { do: 'ingest', verdict: 'allow', diesAfter: 1 },
  { do: 'lease', most: 2 },
  { do: 'erase', turn: 0 },
  { do: 'erase', turn: 1 },
  { do: 'settle', turn: 0, verdict: 'block' },
  { do: 'ingest', verdict: 'allow', diesAfter: null },
  { do: 'upload', verdict: 'allow', key: 0, ifLate: 'block', overdue: false },
  { do: 'label', verdict: 'block', dies: false },
  { do: 'campaign', verdict: 'allow', record: 'all' },
  { do: 'decide', turn: 0, verdict: 'allow' },
  { do: 'erase', turn: 0 },
  { do: 'undo', turn: 0 },
  { do: 'apply', turn: 0 },
  { do: 'upload', verdict: 'allow', key: 0, ifLate: 'block', overdue: false },
];

/** A decision is taken back while the heavy tier tries again, and the next one after a campaign. */
const UNDONE: Step[] = [
  { do: 'upload', verdict: 'allow', key: null, ifLate: 'block', overdue: false },
  { do: 'label', verdict: 'review', dies: true },
  { do: 'resubmit', turn: 0 },
  { do: 'decide', turn: 0, verdict: 'block' },
  { do: 'undo', turn: 0 },
  { do: 'label', verdict: 'block', dies: false },
  { do: 'decide', turn: 0, verdict: 'allow' },
  { do: 'undo', turn: 0 },
  { do: 'campaign', verdict: 'allow', record: 'all' },
  { do: 'apply', turn: 0 },
  { do: 'roll back', turn: 0 },
  { do: 'decide', turn: 0, verdict: 'block' },
];

/** Bytes are late and come: what was handed back untried has half of the next batch at the most. */
const LATE_BYTES: Step[] = [
  ...Array.from({ length: 4 }, (): Step => ({
    do: 'upload',
    verdict: 'allow',
    key: null,
    ifLate: 'block',
    overdue: false,
  })),
  { do: 'lease', most: 3 },
  { do: 'bytes are late', turn: 0, counts: false },
  { do: 'ring' },
  { do: 'pull', most: 1, verdict: 'allow', dies: true },
  { do: 'bytes are late', turn: 0, counts: true },
  { do: 'bytes come' },
  { do: 'upload', verdict: 'block', key: null, ifLate: 'block', overdue: false },
  { do: 'pull', most: 3, verdict: 'allow', dies: false },
];

/** PostgreSQL is lost after so many pieces of what an upload and its final say, and the same is asked again. */
const pausedAfter = (pieces: number): Step[] => {
  const given = { do: 'pause PostgreSQL', pieces, ends: 'is lost', turn: 0, verdict: 'block', key: 0 } as const;
  return [
    { ...given, during: 'upload' },
    { ...given, during: 'ring' },
    { do: 'lease', most: 1 },
    { ...given, during: 'settle' },
  ];
};

const EXAMPLES: readonly Step[][] = [
  HUMAN_MEANWHILE,
  DIES_IN_A_BATCH,
  DIES_IN_AN_INGEST,
  LABELLED_LETTER,
  LATE_BLOCK_REPEATED,
  LATE_BLOCK_RELEASED,
  WIPED,
  ERASED,
  UNDONE,
  LATE_BYTES,
  ...Array.from({ length: PIECES_MAX / 2 }, (_, half) => pausedAfter(2 * half)),
];

describeQueues('whatever happens to assets, in whatever order', (openQueue) => {
  let made: MigratedDatabase;
  let queue: TestQueue;
  let parts: HistoryParts;

  beforeAll(async () => {
    queue = await openQueue();
    made = await migratedDatabase(2);
    const { database, url } = made;
    const place = { databaseUrl: url, redisUrl: queue.redisUrl };
    parts = {
      database,
      clientId: await firstClient(database),
      queue: await HistoryQueue.open(place, () => queue.wipe((statement) => database.query(statement))),
      paused: await PausedDatabase.open(url),
    };
  });

  afterAll(async () => {
    await parts.queue.close();
    await parts.paused.close();
    await made.drop();
    await queue.stop();
  });

  it(
    'their histories keep every invariant, and they are as a model of few lines says',
    async () => {
      const property = fc.asyncProperty(steps, async (sequence) => {
        const world = await HistoryWorld.begin(parts);
        for (const step of sequence) await world.take(step);
        await world.check();
      });
      await fc.assert(property, { numRuns: RUNS + EXAMPLES.length, examples: EXAMPLES.map(asOnly) });
    },
    LIMIT_MS,
  );
});

it('of what may happen nothing is left out', () => {
  const drawn = fc.sample(steps, { numRuns: 200, seed: 1 }).flat();
  expect(new Set(drawn.map((step) => step.do)).size).toBe(32);
});

const asOnly = (sequence: Step[]): [Step[]] => [sequence];
