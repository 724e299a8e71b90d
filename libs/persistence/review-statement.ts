import type { EntityManager } from 'typeorm';

import type { BankHit } from '#moderation/banks/bank.js';
import type { Superseding } from '#moderation/history.js';
import type { Judgement } from '#moderation/judge.js';
import type { Finding } from '#moderation/label.js';
import type { Cause } from '#moderation/words.js';

import { THE_EVENTS } from './event-statement.js';

/** A new final revision that a person causes: what they decide, or what stands again because they took that back. */
export interface PersonsRevision {
  readonly assetId: string;
  /** Epoch milliseconds by the database's clock. */
  readonly at: number;
  readonly judgement: Judgement;
  readonly next: Superseding;
  readonly policyVersion: number;
  readonly actor: string;
  readonly note: string | null;
  readonly policyLabel: Finding | null;
  /** What it rests on, where it says again what a machine said; else null. */
  readonly modelId: string | null;
  readonly match: BankHit | null;
  readonly cause: Extract<Cause, 'undo'> | null;
}

/**
 * Writes revisions with all that follows from each: events, reconciliation, the asset's row; what a person decides also
 * settles its dead letters. One statement, whatever their number; the assets are held by the transaction.
 *
 * @throws the driver's error
 */
export async function writeRevisions(transaction: EntityManager, revisions: readonly PersonsRevision[]): Promise<void> {
  if (revisions.length > 0) await transaction.query(WRITE, [JSON.stringify(revisions)]);
}

const WRITE = `
  WITH d AS (
    SELECT *, to_timestamp(at / 1000.0) AS decided_at FROM jsonb_to_recordset($1::jsonb) AS x (
      "assetId" uuid, at float8, judgement jsonb, next jsonb, "policyVersion" integer, actor text, note text,
      "policyLabel" text, "modelId" text, "match" jsonb, cause text)
  ), the_decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, bank_match,
      supersedes, actor, policy_label, note, cause, decided_at)
    SELECT "assetId", (next ->> 'revision')::integer, 'final', judgement ->> 'verdict', judgement ->> 'band',
      judgement ->> 'source', judgement -> 'reasons', "policyVersion", "modelId", nullif("match", 'null'),
      (next ->> 'supersedes')::integer, actor, "policyLabel", note, cause, decided_at
    FROM d
    RETURNING *
  ), the_changes AS (
    SELECT "assetId" AS asset_id, (next ->> 'served')::boolean AS served,
      next #>> '{reconciliation,transition}' AS transition,
      (next #>> '{reconciliation,exposureMs}')::float8::bigint AS exposure_ms
    FROM d
  ), ${THE_EVENTS}, the_reconciliation AS (
    INSERT INTO reconciliation (asset_id, revision, transition, exposure_ms, wrongful_hold_ms, reconciled_at)
    SELECT "assetId", (next ->> 'revision')::integer, next #>> '{reconciliation,transition}',
      (next #>> '{reconciliation,exposureMs}')::float8::bigint, (next #>> '{reconciliation,wrongfulHoldMs}')::float8::bigint,
      decided_at
    FROM d
  ), the_letters AS (
    UPDATE dead_letter l SET closed_at = decided_at, closed_by = actor, closed_how = 'settled'
    FROM d WHERE d.cause IS NULL AND l.asset_id = d."assetId" AND l.closed_at IS NULL
  )
  UPDATE asset a SET revisions = (next ->> 'revision')::integer, standing_revision = (next ->> 'revision')::integer,
    stage = 'final', verdict = judgement ->> 'verdict', served = (next ->> 'served')::boolean,
    transition = next #>> '{reconciliation,transition}'
  FROM d WHERE a.id = d."assetId"`;
