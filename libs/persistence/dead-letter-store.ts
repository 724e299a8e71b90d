import type { DataSource, EntityManager } from 'typeorm';

import type { DeadLetterState } from '#contracts/dead-letter.js';
import type { DeadLetterEntry, Discard, Resubmission } from '#contracts/dead-letter-answer.js';

import { AssetEntity } from './entities/asset.entity.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { withDatabase } from './errors.js';

/** A dead letter as it is kept. */
export interface DeadLetter extends DeadLetterEntry {
  readonly createdAt: Date;
  /** Null while it is open. */
  readonly closedAt: Date | null;
}

/** A dead letter with all that explains it, as of one moment. */
export interface DeadLetterDetail extends DeadLetter {
  readonly asset: AssetEntity;
  readonly standing: DecisionEntity;
  /** The case that a human has yet to decide. */
  readonly reviewId: string | null;
  /** The asset waits for another try. */
  readonly pending: boolean;
  /** How many dead letters the asset had before. */
  readonly earlier: number;
}

export interface DeadLetterFilter {
  readonly state: DeadLetterState;
  readonly reason?: string | undefined;
  /** That came at this time or later. */
  readonly since?: Date | undefined;
  /** The id that the page before ended with. */
  readonly after?: number | undefined;
  /** How many at most. */
  readonly limit: number;
}

/** Who closes letters, and why. */
export interface Closer {
  readonly by: string;
  readonly note: string;
}

/** What became of one letter. */
export interface Closed<Outcome> {
  readonly id: number;
  readonly outcome: Outcome;
}

/** What the heavy tier gave up on, until somebody has done something about it. */
export class DeadLetterStore {
  constructor(private readonly database: DataSource) {}

  /** One page, the newest first. */
  page({ state, reason, since, after, limit }: DeadLetterFilter): Promise<DeadLetter[]> {
    return withDatabase(() =>
      this.database.query<DeadLetter[]>(
        `SELECT ${ROW} FROM dead_letter l JOIN asset a ON a.id = l.asset_id
         WHERE ${IN_STATE[state]} AND ($1::text IS NULL OR l.reason = $1::text)
           AND ($2::bigint IS NULL OR l.id < $2::bigint) AND ($4::timestamptz IS NULL OR l.created_at >= $4)
         ORDER BY l.id DESC LIMIT $3`,
        [reason ?? null, after ?? null, limit, since ?? null],
      ),
    );
  }

  /** A letter with all that explains it; undefined when there is none with this id. */
  find(id: number): Promise<DeadLetterDetail | undefined> {
    return withDatabase(() =>
      this.database.transaction('REPEATABLE READ', async (snapshot) => {
        const [letter] = await snapshot.query<(DeadLetter & Surroundings)[]>(FIND, [id]);
        if (letter === undefined) return undefined;
        const asset = await snapshot.findOneByOrFail(AssetEntity, { id: letter.assetId });
        const { id: assetId, standingRevision: revision } = asset;
        return { ...letter, asset, standing: await snapshot.findOneByOrFail(DecisionEntity, { assetId, revision }) };
      }),
    );
  }

  /**
   * The oldest open letters of a reason.
   *
   * @param to for `resubmit`, only those that may be: no human has decided, and the asset waits for no try
   * @returns up to `most` ids, and how many more there are
   */
  async openOf(reason: string, to: 'resubmit' | 'discard', most: number): Promise<{ ids: number[]; left: number }> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: number; all: number }[]>(
        `SELECT l.id::float8 AS id, (count(*) OVER ())::float8 AS all FROM dead_letter l JOIN asset a ON a.id = l.asset_id
         WHERE l.closed_at IS NULL AND l.reason = $1 ${to === 'resubmit' ? `AND NOT ${HUMAN} AND NOT ${PENDING}` : ''}
         ORDER BY l.id LIMIT $2`,
        [reason, most],
      ),
    );
    return { ids: rows.map(({ id }) => id), left: (rows[0]?.all ?? 0) - rows.length };
  }

  /**
   * Has the assets of open letters tried again: they lack a final once more, the bell rings, the letters are closed; all
   * of it or nothing. The tries count anew.
   *
   * @returns what became of each letter, in the order of `ids`
   */
  resubmit(ids: readonly number[], closer: Closer): Promise<Closed<Resubmission>[]> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        // assets before letters, as whoever decides them does: nobody decides meanwhile, and nobody waits in a circle
        await transaction.query(
          `SELECT 1 FROM asset WHERE id IN (SELECT asset_id FROM dead_letter WHERE id = ANY ($1)) ORDER BY id FOR UPDATE`,
          [ids],
        );
        return close<Resubmission>(transaction, RESUBMIT, ids, closer);
      }),
    );
  }

  /** Closes open letters for good: their assets stay with a human. @returns what became of each, in the order of `ids` */
  discard(ids: readonly number[], closer: Closer): Promise<Closed<Discard>[]> {
    return withDatabase(() =>
      this.database.transaction((transaction) => close<Discard>(transaction, DISCARD, ids, closer)),
    );
  }
}

type Surroundings = Pick<DeadLetterDetail, 'reviewId' | 'pending' | 'earlier'>;

/** @param statement gives a row for every letter that it knows */
async function close<Outcome extends Resubmission | Discard>(
  transaction: EntityManager,
  statement: string,
  ids: readonly number[],
  { by, note }: Closer,
): Promise<Closed<Outcome | 'unknown'>[]> {
  await transaction.query(`SELECT 1 FROM dead_letter WHERE id = ANY ($1) ORDER BY id FOR UPDATE`, [ids]);
  const rows = await transaction.query<Closed<Outcome>[]>(statement, [ids, by, note]);
  const outcomes = new Map(rows.map(({ id, outcome }) => [id, outcome]));
  return [...new Set(ids)].map((id) => ({ id, outcome: outcomes.get(id) ?? 'unknown' }));
}

const IN_STATE: Readonly<Record<DeadLetterState, string>> = {
  open: 'l.closed_at IS NULL',
  closed: 'l.closed_at IS NOT NULL',
  all: 'true',
};

const ROW = `l.id::float8 AS id, l.asset_id AS "assetId", a.traffic_class AS class, l.reason, l.attempts, l.detail,
  l.created_at AS "createdAt", l.closed_at AS "closedAt", l.closed_by AS "closedBy", l.closed_how AS "closedHow", l.note`;

/** Of an asset `a`: a human has decided it. */
const HUMAN = `EXISTS (SELECT 1 FROM decision d WHERE d.asset_id = a.id AND d.revision = a.standing_revision
  AND d.source IN ('moderator', 'appeal'))`;

/** Of an asset `a`: it waits for a try. */
const PENDING = `EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id)`;

const FIND = `
  SELECT ${ROW}, ${PENDING} AS pending,
    (SELECT r.id FROM review r WHERE r.asset_id = a.id AND r.state IN ('open', 'claimed')) AS "reviewId",
    (SELECT count(*)::integer FROM dead_letter e WHERE e.asset_id = a.id AND e.id < l.id) AS earlier
  FROM dead_letter l JOIN asset a ON a.id = l.asset_id WHERE l.id = $1`;

/** Of two open letters of one asset the newest is resubmitted. It waits since now: it had its final in its time. */
const RESUBMIT = `
  WITH l AS (
    SELECT l.id, l.asset_id, l.closed_at, a.traffic_class, ${HUMAN} AS human,
      row_number() OVER (PARTITION BY l.asset_id ORDER BY l.closed_at NULLS FIRST, l.id DESC) AS place
    FROM dead_letter l JOIN asset a ON a.id = l.asset_id WHERE l.id = ANY ($1)
  ), the_work AS (
    INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, cause, cause_id)
    SELECT asset_id, traffic_class, now(), now(), 'resubmitted', id::text FROM l
    WHERE closed_at IS NULL AND NOT human AND place = 1
    ON CONFLICT (asset_id) DO NOTHING
    RETURNING asset_id, traffic_class, cause_id::bigint AS id
  ), the_bell AS (
    INSERT INTO outbox (topic, asset_id, traffic_class, created_at)
    SELECT 'asset.resubmitted', asset_id, traffic_class, now() FROM the_work
  ), the_closed AS (
    UPDATE dead_letter c SET closed_at = now(), closed_by = $2, closed_how = 'resubmitted', note = $3
    FROM the_work w WHERE c.id = w.id
  )
  SELECT l.id::float8 AS id, CASE
    WHEN l.closed_at IS NOT NULL THEN 'already_closed'
    WHEN l.human THEN 'human_decided'
    WHEN EXISTS (SELECT 1 FROM the_work w WHERE w.id = l.id) THEN 'resubmitted'
    ELSE 'already_pending' END AS outcome
  FROM l`;

const DISCARD = `
  WITH l AS (
    SELECT id, closed_at FROM dead_letter WHERE id = ANY ($1)
  ), the_closed AS (
    UPDATE dead_letter c SET closed_at = now(), closed_by = $2, closed_how = 'discarded', note = $3
    FROM l WHERE c.id = l.id AND l.closed_at IS NULL
  )
  SELECT id::float8 AS id, CASE WHEN closed_at IS NULL THEN 'discarded' ELSE 'already_closed' END AS outcome FROM l`;
