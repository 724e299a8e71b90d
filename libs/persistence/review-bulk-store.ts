import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { BulkChoice, BulkItemAnswer } from '#contracts/review-bulk.js';
import { served } from '#moderation/standing.js';

import { ownClockFaultMs } from './clocks.js';
import { ReviewEntity } from './entities/review.entity.js';
import { withDatabase } from './errors.js';
import { decisionsOf } from './final-store.js';
import { decideCases, decideOne, type CaseChoice, type Deciding } from './review-decisions.js';
import type { Outcome } from './review-outcome.js';
import { lockAssetsOf } from './review-row.js';

/** What is decided of many cases. */
export type BulkDeciding = Omit<Deciding, 'claimed'>;

export interface BulkDone {
  readonly id: string;
  readonly items: readonly BulkItemAnswer[];
  readonly outcomes: readonly Outcome[];
}

/** The same decision about many cases. */
export class ReviewBulkStore {
  constructor(private readonly database: DataSource) {}

  /** What deciding would do to each case, as of one moment; nothing is written. */
  preview(choices: readonly BulkChoice[], deciding: BulkDeciding): Promise<BulkItemAnswer[]> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const nowMs = deciding.atMs + (await ownClockFaultMs(transaction));
        const rows = await casesOf(transaction, choices, false);
        const histories = await decisionsOf(
          transaction,
          [...rows.values()].map(({ row }) => row.assetId),
        );
        return choices.map(({ id }) => {
          const choice = rows.get(id);
          if (choice === undefined) return notFound(id);
          const history = histories.get(choice.row.assetId) ?? [];
          const step = decideOne(choice, history, { ...deciding, claimed: false }, nowMs);
          const revision = history.at(-1)?.revision ?? null;
          if (step.kind === 'refused') return refusedItem(choice.row, step, revision);
          return itemOf(choice.row, { revision, isChange: step.revision.next.served !== served(history) });
        });
      }),
    );
  }

  /** Decides all that the core lets, in one transaction; the rest is told and left as it is. */
  decide(choices: readonly BulkChoice[], deciding: BulkDeciding): Promise<BulkDone> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        await lockAssetsOf(
          transaction,
          choices.map(({ id }) => id),
        );
        const rows = await casesOf(transaction, choices, true);
        const known = choices.flatMap(({ id }) => rows.get(id) ?? []);
        const outcomes = await decideCases(transaction, known, { ...deciding, claimed: false });
        const byCase = new Map(known.map(({ row }, index) => [row.id, outcomes[index]]));
        const items = choices.map(({ id }) => decidedItem(id, rows.get(id)?.row, byCase.get(id)));
        const bulkId = uuidv7();
        await transaction.query(BULK, [
          bulkId,
          deciding.moderator,
          deciding.verdict,
          JSON.stringify(items.filter(({ outcome }) => outcome !== 'refused')),
        ]);
        return { id: bulkId, items, outcomes };
      }),
    );
  }
}

/** The cases that there are. @param hold until the transaction ends, in the order of their ids */
async function casesOf(
  transaction: EntityManager,
  choices: readonly BulkChoice[],
  hold: boolean,
): Promise<Map<string, CaseChoice>> {
  const query = transaction
    .createQueryBuilder(ReviewEntity, 'r')
    .where('r.id = ANY (:ids)', { ids: choices.map(({ id }) => id) })
    .orderBy('r.id');
  const rows = await (hold ? query.setLock('pessimistic_write') : query).getMany();
  const expected = new Map(choices.map(({ id, expectedRevision }) => [id, expectedRevision]));
  return new Map(rows.map((row) => [row.id, { row, expectedRevision: expected.get(row.id) }]));
}

const notFound = (id: string): BulkItemAnswer => ({
  id,
  assetId: null,
  revision: null,
  outcome: 'refused',
  why: 'not_found',
  transition: null,
});

const itemOf = (
  { id, assetId, change }: ReviewEntity,
  { revision, isChange }: { readonly revision: number | null; readonly isChange: boolean },
): BulkItemAnswer => ({
  id,
  assetId,
  revision,
  outcome: isChange ? 'changes' : 'confirms',
  why: null,
  transition: change,
});

function refusedItem(
  { id, assetId, change }: ReviewEntity,
  { why }: Extract<Outcome, { kind: 'refused' }>,
  revision: number | null,
): BulkItemAnswer {
  const said = why === 'unknown' || why === 'not_claimed' ? 'not_found' : why;
  return { id, assetId, revision, outcome: 'refused', why: said, transition: change };
}

function decidedItem(id: string, row: ReviewEntity | undefined, outcome: Outcome | undefined): BulkItemAnswer {
  if (row === undefined || outcome === undefined) return notFound(id);
  if (outcome.kind === 'refused') return refusedItem(row, outcome, null);
  const isChange = outcome.transition === 'late_block' || outcome.transition === 'late_release';
  return itemOf(row, { revision: outcome.revision, isChange });
}

const BULK = `
  WITH bulk AS (
    INSERT INTO bulk_decision (id, decided_by, decided_at, verdict) VALUES ($1, $2, now(), $3) RETURNING id
  )
  INSERT INTO bulk_decision_item (asset_id, revision, bulk_id, review_id)
  SELECT x."assetId", x.revision, bulk.id, x.id
  FROM bulk, jsonb_to_recordset($4::jsonb) AS x (id uuid, "assetId" uuid, revision integer)`;
