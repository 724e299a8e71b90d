import type { DataSource, EntityManager } from 'typeorm';

import { lateBlock, type LateBlock, type LateEffect } from '#moderation/lateness.js';
import type { LateDefault } from '#moderation/policy.js';
import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';
import { THE_EVENTS } from './event-statement.js';
import { decisionsOf } from './final-store.js';

/** An asset whose final was not there by the time it was promised for. */
export interface LateAsset {
  readonly assetId: string;
  readonly trafficClass: TrafficClass;
  readonly effect: LateEffect;
}

interface Promised {
  readonly assetId: string;
  readonly trafficClass: TrafficClass;
  readonly ifLate: LateDefault;
}

/** Keeps what was promised for the time a final is due. The time is the database's: all services share it. */
export class LatenessStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Marks up to `most` assets whose promise has just been broken, the oldest promise first, and does what was promised
   * for the case. Several services share the work. An asset whose final is being written is passed over: the final is
   * there in a moment, or the asset is late at the next call.
   *
   * @throws DatabaseLate; nothing is then half-written
   */
  markLate(most: number): Promise<LateAsset[]> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const [marked] = await transaction.query<[{ assetId: string }[], number]>(MARK, [most]);
        if (marked.length === 0) return [];
        return applyPromises(
          transaction,
          marked.map(({ assetId }) => assetId),
        );
      }),
    );
  }
}

async function applyPromises(transaction: EntityManager, assetIds: readonly string[]): Promise<LateAsset[]> {
  // in the order in which finals lock them, and after their pending rows as there: nobody waits in a circle
  const assets = await transaction.query<Promised[]>(
    `SELECT id AS "assetId", traffic_class AS "trafficClass", if_late AS "ifLate"
     FROM asset WHERE id = ANY ($1) ORDER BY id FOR UPDATE`,
    [assetIds],
  );
  const promising = assets.filter(({ ifLate }) => ifLate === 'block').map(({ assetId }) => assetId);
  const histories = await decisionsOf(transaction, promising);
  const blocks = new Map<string, LateBlock>();
  for (const { assetId, ifLate } of assets) {
    const block = lateBlock(histories.get(assetId) ?? [], ifLate);
    if (block !== undefined) blocks.set(assetId, block);
  }
  const rows = [...blocks].map(([assetId, block]) => ({ assetId, ...block }));
  if (rows.length > 0) await transaction.query(BLOCK, [JSON.stringify(rows)]);
  return assets.map(({ assetId, trafficClass }) => ({
    assetId,
    trafficClass,
    effect: blocks.has(assetId) ? 'blocked' : 'marked',
  }));
}

const MARK = `
  UPDATE pending_final SET late_at = now()
  WHERE asset_id IN (
    SELECT asset_id FROM pending_final WHERE late_at IS NULL AND final_by < now()
    ORDER BY final_by LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING asset_id AS "assetId"`;

/** By the policy that made the promise: that of the decision it supersedes. */
const BLOCK = `
  WITH r AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x ("assetId" uuid, revision integer, supersedes integer, judgement jsonb)
  ), the_decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, supersedes, cause,
      decided_at)
    SELECT r."assetId", r.revision, 'provisional', judgement ->> 'verdict', judgement ->> 'band', judgement ->> 'source',
      judgement -> 'reasons', d.policy_version, r.supersedes, 'late', now()
    FROM r JOIN decision d ON d.asset_id = r."assetId" AND d.revision = r.supersedes
    RETURNING *
  ), the_changes AS (
    SELECT "assetId" AS asset_id, false AS served, NULL::text AS transition, NULL::bigint AS exposure_ms FROM r
  ), ${THE_EVENTS}
  UPDATE asset a SET revisions = r.revision, standing_revision = r.revision, stage = 'provisional',
    verdict = judgement ->> 'verdict', served = false
  FROM r WHERE a.id = r."assetId"`;
