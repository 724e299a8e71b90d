import type { DataSource } from 'typeorm';

import type { ItemProblem } from '#contracts/bulk-answer.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

import { BULK_ITEM_COLUMNS, type BulkItem } from './bulk-item.js';
import { withDatabase } from './errors.js';

/** Which item of which bulk submission. */
export interface ItemRef {
  readonly submissionId: string;
  readonly number: number;
}

/** An item that is leased to be worked on. */
export type BulkWork = ItemRef &
  BulkItem & {
    readonly clientId: string;
    /** That its address names, as it was written; null where it is in an archive, or its address is none. */
    readonly host: string | null;
    /** Its archive, if it is in one, is where every service can read it. */
    readonly shared: boolean;
    /** How often it was begun, this time among them. */
    readonly attempts: number;
    /** How often it was put off because others had to go first. */
    readonly sheds: number;
  };

/** What a service can work on now. */
export interface Reach {
  /** Submissions whose archive lies on its own disk. */
  readonly archives: readonly string[];
  /** It can read the archives that all services share. */
  readonly shared: boolean;
  /** Clients that have their share of its places already. */
  readonly full: readonly string[];
  /** How many places each host has, and may have; left out: as many as there are. */
  readonly hosts?: { readonly taken: ReadonlyMap<string, number>; readonly max: number };
}

/** How an item ended, or that it is to be tried again. */
export type ItemOutcome =
  | { readonly kind: 'accepted'; readonly assetId: string; readonly verdict: ProvisionalVerdict }
  | { readonly kind: 'failed'; readonly problem: ItemProblem }
  /** `shed`: others went first, which counts as no attempt. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly shed: boolean };

/**
 * Leases of bulk submissions' items. The database's clock alone counts. A lease's token fences its holder: whoever has lost
 * an item writes nothing about it; what it handed in itself is found again by the item's idempotency key.
 */
export class BulkWorkStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Leases up to `most` items of the client that was served least recently, and of its submissions the same. Where all of
   * a submission is at hosts that have their places, it has had its turn, and the next has its: to look through thousands
   * of items in vain is work, too.
   *
   * @returns nothing where all that waits is of others than the caller can work for, or after a few turns in vain
   */
  async lease(token: string, leaseMs: number, most: number, reach: Reach): Promise<BulkWork[]> {
    const vain: string[] = [];
    while (vain.length < VAIN_MAX) {
      const turn = await this.turn(token, leaseMs, most, { ...reach, vain });
      if (turn === undefined) return [];
      if (turn.items.length > 0) return turn.items;
      vain.push(turn.id);
    }
    return [];
  }

  /** @returns undefined where it is nobody's turn */
  private turn(token: string, leaseMs: number, most: number, reach: Reach & { vain: readonly string[] }) {
    const { archives, shared, full, vain, hosts = NO_BOUND } = reach;
    const taken = [...hosts.taken];
    const fullHosts = taken.flatMap(([host, places]) => (places >= hosts.max ? [host] : []));
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        // whoever cancels locks the submission first too
        const [first] = await transaction.query<{ id: string }[]>(TURN, [archives, shared, full, vain]);
        if (first === undefined) return undefined;
        const [items] = await transaction.query<[BulkWork[], number]>(LEASE, [
          ...[first.id, token, leaseMs, most, fullHosts],
          ...[taken.map(([host]) => host), taken.map(([, places]) => places), hosts.max],
        ]);
        return { id: first.id, items };
      }),
    );
  }

  /** Prolongs leases that run. */
  async renew(token: string, leaseMs: number, items: readonly ItemRef[]): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE bulk_item i SET ready_at = now() + $2 * interval '1 millisecond'
         FROM unnest($3::uuid[], $4::integer[]) AS held (submission_id, number)
         WHERE i.submission_id = held.submission_id AND i.number = held.number AND i.lease_token = $1 AND i.state = 'waiting'`,
        [token, leaseMs, items.map(({ submissionId }) => submissionId), items.map(({ number }) => number)],
      ),
    );
  }

  /** Writes how a leased item ended, also when its submission was cancelled meanwhile; nothing when the lease was lost. */
  async settle(token: string, { submissionId, number }: ItemRef, outcome: ItemOutcome): Promise<void> {
    const at = [submissionId, number, token];
    await withDatabase(() => {
      if (outcome.kind === 'later') return this.database.query(PUT_OFF, [...at, outcome.afterMs, outcome.shed ? 1 : 0]);
      const { state, assetId, verdict, problem } = endOf(outcome);
      return this.database.query(END, [...at, state, assetId, verdict, problem]);
    });
  }

  /** Ends submissions of which nothing waits any more. @returns their ids */
  async finish(): Promise<string[]> {
    const [rows] = await withDatabase(() =>
      this.database.query<[{ id: string }[], number]>(
        `UPDATE bulk_submission s SET state = 'done', finished_at = now()
         WHERE state = 'running'
           AND NOT EXISTS (SELECT FROM bulk_item i WHERE i.submission_id = s.id AND i.state = 'waiting')
         RETURNING id`,
      ),
    );
    return rows.map(({ id }) => id);
  }
}

const endOf = (outcome: Exclude<ItemOutcome, { kind: 'later' }>) =>
  outcome.kind === 'accepted'
    ? { state: 'accepted', assetId: outcome.assetId, verdict: outcome.verdict, problem: null }
    : { state: 'failed', assetId: null, verdict: null, problem: JSON.stringify(outcome.problem) };

/** As many as the database counts to. */
const NO_BOUND = { taken: new Map<string, number>(), max: 2_147_483_647 };

/** Turns in vain of one lease: as many as a client may have submissions, so that its own keep none of its others waiting. */
const VAIN_MAX = 10;

const TURN = `
  SELECT id FROM bulk_submission s
  WHERE state = 'running' AND (kind = 'urls' OR id = ANY ($1) OR (shared AND $2)) AND client_id <> ALL ($3::uuid[]) AND EXISTS (
    SELECT FROM bulk_item i WHERE i.submission_id = s.id AND i.state = 'waiting' AND i.ready_at <= now())
    AND id <> ALL ($4::uuid[])
  ORDER BY (SELECT max(o.served_at) FROM bulk_submission o WHERE o.client_id = s.client_id AND o.state = 'running'), served_at
  LIMIT 1 FOR NO KEY UPDATE`;

/** Among eight times as many as are wanted, those of a host that has as many places as it may are passed over. */
const LEASE = `
  WITH served AS (UPDATE bulk_submission SET served_at = clock_timestamp() WHERE id = $1 RETURNING client_id, shared), ready AS (
    SELECT number, ready_at, host FROM bulk_item WHERE submission_id = $1 AND state = 'waiting' AND ready_at <= now()
      AND (host IS NULL OR host <> ALL ($5::text[]))
    ORDER BY ready_at, number LIMIT $4 * 8 FOR UPDATE SKIP LOCKED), placed AS (
    SELECT r.number, r.ready_at, CASE WHEN r.host IS NULL THEN 0 ELSE
      coalesce(t.places, 0) + row_number() OVER (PARTITION BY r.host ORDER BY r.ready_at, r.number) END AS place
    FROM ready r LEFT JOIN unnest($6::text[], $7::integer[]) AS t (host, places) ON t.host = r.host), chosen AS (
    SELECT number FROM placed WHERE place <= $8 ORDER BY ready_at, number LIMIT $4)
  UPDATE bulk_item i SET lease_token = $2, ready_at = now() + $3 * interval '1 millisecond', attempts = i.attempts + 1
  FROM served, chosen WHERE i.submission_id = $1 AND i.number = chosen.number
  RETURNING i.submission_id AS "submissionId", i.number, client_id AS "clientId", i.host, shared, i.attempts, i.sheds, ${BULK_ITEM_COLUMNS}`;

const PUT_OFF = `
  UPDATE bulk_item SET lease_token = NULL, ready_at = now() + $4 * interval '1 millisecond', attempts = attempts - $5::integer,
    sheds = sheds + $5::integer
  WHERE submission_id = $1 AND number = $2 AND lease_token = $3 AND state = 'waiting'`;

const END = `
  UPDATE bulk_item SET lease_token = NULL, state = $4, asset_id = $5, verdict = $6, problem = $7, finished_at = now()
  WHERE submission_id = $1 AND number = $2 AND lease_token = $3 AND state IN ('waiting', 'cancelled')`;
