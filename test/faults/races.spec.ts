import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { historyFaults } from '#moderation/check-history.js';
import { VERDICTS, type Verdict } from '#moderation/words.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { FinalStore } from '#persistence/final-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { resultOf, submissionOf } from '../support/history-rows.js';

const RUNS = 40;
const ASSETS = 3;
/** As many as there are connections. */
const AT_ONCE = 6;
const HOUR_MS = 3_600_000;

let made: MigratedDatabase;
let database: DataSource;
let clientId: string;

beforeAll(async () => {
  made = await migratedDatabase(AT_ONCE);
  ({ database } = made);
  clientId = await firstClient(database);
});

afterAll(() => made.drop());

type Deed =
  | { readonly do: 'label'; readonly verdict: Verdict; readonly expires: boolean }
  | { readonly do: 'die' | 'hand back' | 'decide' | 'resubmit' | 'discard' | 'pass the promise' | 'erase' };

/** What somebody does who knows nothing of the others. */
async function act(deed: Deed, ids: readonly string[]): Promise<void> {
  const pending = new PendingFinalStore(database);
  switch (deed.do) {
    case 'label':
      return label(ids, deed.verdict, { expires: deed.expires });
    case 'die':
      return label(ids, 'review', { dies: true });
    case 'hand back': {
      const token = randomUUID();
      await pending.lease(ids, token, HOUR_MS);
      return pending.handBack(token, 0);
    }
    case 'decide':
      return decideAll(ids);
    case 'resubmit':
    case 'discard':
      return closeAll(deed.do, ids);
    case 'erase':
      await new ErasureStore(database).erase(ids[0] ?? '', { cause: 'admin', by: 'test' });
      return;
    case 'pass the promise':
      await new LatenessStore(database).markLate(ASSETS);
  }
}

/** A worker from lease to commit. One whose lease expires under its hands writes all the same, or tries to. */
async function label(ids: readonly string[], verdict: Verdict, { expires = false, dies = false }): Promise<void> {
  const token = randomUUID();
  await new PendingFinalStore(database).lease(ids, token, HOUR_MS);
  if (expires) {
    await database.query(`UPDATE pending_final SET lease_expires_at = now() WHERE lease_token = $1`, [token]);
  }
  const results = ids.map((id) => resultOf(id, { verdict, policyVersion: 1, dies }));
  await new FinalStore(database).settle(token, results, Date.now());
}

async function decideAll(ids: readonly string[]): Promise<void> {
  const reviews = new ReviewStore(database);
  const open = `SELECT id FROM review WHERE asset_id = ANY ($1) AND state IN ('open', 'claimed') ORDER BY id`;
  for (const { id } of await database.query<{ id: string }[]>(open, [ids])) {
    const moderator = randomUUID();
    if ((await reviews.claim(id, { name: moderator, senior: false }, Date.now(), HOUR_MS)).kind === 'refused') continue;
    await reviews.decide(id, { verdict: 'block', policyLabel: null, note: '', moderator }, 1, Date.now());
  }
}

async function closeAll(how: 'resubmit' | 'discard', ids: readonly string[]): Promise<void> {
  const letters = await database.query<{ id: number }[]>(
    `SELECT id::float8 AS id FROM dead_letter WHERE asset_id = ANY ($1)`,
    [ids],
  );
  await new DeadLetterStore(database)[how](
    letters.map(({ id }) => id),
    { by: 'test', note: 'test' },
  );
}

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('label'), verdict: fc.constantFrom(...VERDICTS), expires: fc.boolean() }),
  fc.record({ do: fc.constantFrom('die', 'hand back', 'decide', 'resubmit', 'discard', 'pass the promise', 'erase') }),
);
const rounds = fc.array(fc.array(deed, { minLength: 2, maxLength: AT_ONCE, size: 'max' }), {
  minLength: 1,
  maxLength: 6,
  size: 'max',
});

describe('whoever acts on assets at the same moment', () => {
  it('leaves histories that keep every invariant, and nobody waits in a circle', async () => {
    const property = fc.asyncProperty(rounds, async (sequence) => {
      const start = uuidv7();
      const submissions = Array.from({ length: ASSETS }, () =>
        submissionOf(clientId, { verdict: 'allow', ifLate: 'block', overdue: true }),
      );
      for (const submission of submissions) await new SubmissionStore(database).accept(submission);
      const ids = submissions.map(({ assetId }) => assetId);
      for (const round of sequence) await Promise.all(round.map((one) => act(one, ids)));
      const recorded = await new HistoryStore(database).page(start, ASSETS);
      expect(recorded.map(historyFaults)).toEqual(ids.map(() => []));
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
