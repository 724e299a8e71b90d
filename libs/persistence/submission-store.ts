import type { DataSource } from 'typeorm';

import type { MediaType } from '#contracts/media-type.js';
import type { Degradation, PerceptualHash } from '#contracts/prepared-image.js';
import type { BankHit } from '#moderation/banks/bank.js';
import type { Judgement } from '#moderation/judge.js';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict, TrafficClass } from '#moderation/words.js';

import { CLOCKS_AGREE_MS } from './clocks.js';
import { violatesUnique, withDatabase } from './errors.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

/**
 * Everything that one accepted upload makes true. Times in epoch milliseconds by this process' clock, hashes in
 * hexadecimal. Where that clock is wrong they are written as the database's clock has them (docs/decisions/0018).
 */
export interface Submission {
  readonly assetId: string;
  readonly clientId: string;
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly trafficClass: TrafficClass;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: MediaType;
  readonly width: number | null;
  readonly height: number | null;
  readonly frames: number | null;
  readonly degraded: readonly Degradation[];
  readonly receivedAtMs: number;
  readonly decidedAtMs: number;
  readonly finalByMs: number;
  /** What is promised for the case that the final is not there by then; left out: the provisional decision stands. */
  readonly ifLate?: LateDefault;
  /** When batch services of an older release ring for it; others do not ask. */
  readonly dueAtMs: number;
  readonly judgement: Judgement<ProvisionalVerdict>;
  readonly policyVersion: number;
  /** Null where the fast tier gave no scores. */
  readonly classification: {
    readonly modelId: string;
    readonly scores: readonly number[];
    readonly views: number;
  } | null;
  /** What it looks like; left out or null where nobody has computed it. */
  readonly perceptual?: PerceptualHash | null;
  /** The entry of a bank that decided, where the judgement's source is `hash`. */
  readonly match?: BankHit | null;
  readonly idempotency: { readonly key: string; readonly fingerprint: string; readonly answer: unknown } | null;
}

/** The answer that an earlier request with the same key received. */
export interface StoredAnswer {
  /** SHA-256 of what was submitted, hexadecimal. */
  readonly fingerprint: string;
  readonly answer: unknown;
  /** Its asset was erased, and what is left of the answer is the id. */
  readonly erased: boolean;
}

/** Accepts uploads. One statement, one commit: all of a submission is true, or nothing of it. */
export class SubmissionStore {
  constructor(private readonly database: DataSource) {}

  /**
   * @returns 'key_taken' when another request with the same idempotency key committed first: nothing was written
   * @throws DatabaseLate; whether it was written is then unknown, and a retry with the same key finds out
   */
  async accept(submission: Submission): Promise<'accepted' | 'key_taken'> {
    try {
      const sent = { ...submission, sentAtMs: Date.now() };
      await withDatabase(() => runPrepared(this.database, ACCEPT, [JSON.stringify(sent)]));
      return 'accepted';
    } catch (error) {
      if (violatesUnique(error, 'idempotency_pkey')) return 'key_taken';
      throw error;
    }
  }

  async storedAnswer(clientId: string, key: string): Promise<StoredAnswer | undefined> {
    const rows = await withDatabase(() => runPrepared<StoredAnswer>(this.database, STORED_ANSWER, [clientId, key]));
    return rows[0];
  }

  /** Forgets stored answers older than `ageMs`. @returns how many */
  async forgetAnswers(ageMs: number): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `DELETE FROM idempotency WHERE created_at < now() - $1 * interval '1 millisecond'`,
        [ageMs],
      ),
    );
    return count;
  }
}

const STORED_ANSWER: PreparedStatement = {
  name: 'stored-answer',
  text: `SELECT encode(fingerprint, 'hex') AS fingerprint, answer, answer ? 'erased' AS erased
    FROM idempotency WHERE client_id = $1 AND key = $2`,
};

/** Planned anew each time, it would take twice as long. */
const ACCEPT: PreparedStatement = {
  name: 'accept-submission',
  text: `
  WITH s AS (
    SELECT *, to_timestamp("receivedAtMs" / 1000.0) + wrong AS received_at,
      to_timestamp("decidedAtMs" / 1000.0) + wrong AS decided_at, to_timestamp("finalByMs" / 1000.0) + wrong AS final_by,
      to_timestamp("dueAtMs" / 1000.0) + wrong AS due_at
    FROM jsonb_to_record($1::jsonb) AS r (
      "assetId" uuid, "clientId" uuid, "externalId" text, "uploaderId" text, "trafficClass" text, metadata jsonb,
      sha256 text, bytes integer, "mediaType" text, width integer, height integer, frames integer, degraded text[],
      "receivedAtMs" bigint, "decidedAtMs" bigint, "finalByMs" bigint, "ifLate" text, "dueAtMs" bigint,
      judgement jsonb, "policyVersion" integer, classification jsonb, perceptual jsonb, "match" jsonb, idempotency jsonb,
      "sentAtMs" bigint),
      LATERAL (SELECT now() - to_timestamp("sentAtMs" / 1000.0) AS ahead) AS a,
      LATERAL (SELECT CASE WHEN abs(extract(epoch FROM ahead)) * 1000 > ${CLOCKS_AGREE_MS} THEN ahead
        ELSE interval '0' END AS wrong) AS w
  ), the_asset AS (
    INSERT INTO asset (id, client_id, external_id, uploader_id, traffic_class, metadata, sha256, bytes, media_type, width,
      height, frames, degraded, received_at, final_by, if_late, revisions, standing_revision, stage, verdict, served, pdq,
      pdq_quality)
    SELECT "assetId", "clientId", "externalId", "uploaderId", "trafficClass", nullif(metadata, 'null'), decode(sha256, 'hex'),
      bytes, "mediaType", width, height, frames, degraded, received_at, final_by, coalesce("ifLate", 'provisional_stands'), 1, 1,
      'provisional', judgement ->> 'verdict', judgement ->> 'verdict' = 'allow', decode(perceptual ->> 'pdq', 'hex'),
      (perceptual ->> 'quality')::smallint
    FROM s
  ), the_classification AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, created_at)
    SELECT "assetId", c."modelId", 'fast', c.scores, c.views, decided_at
    FROM s, jsonb_to_record(nullif(classification, 'null')) AS c ("modelId" text, scores real[], views smallint)
    WHERE c."modelId" IS NOT NULL
  ), the_decision AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, bank_match,
      decided_at)
    SELECT "assetId", 1, 'provisional', judgement ->> 'verdict', judgement ->> 'band', judgement ->> 'source',
      judgement -> 'reasons', "policyVersion", classification ->> 'modelId', nullif("match", 'null'), decided_at
    FROM s
  ), the_work AS (
    INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, final_by, client_id,
      uploader_id, pdq)
    SELECT "assetId", "trafficClass", received_at, due_at, final_by, "clientId", "uploaderId",
      CASE WHEN (perceptual ->> 'quality')::smallint >= 50 THEN ('x' || (perceptual ->> 'pdq'))::bit(256) END
    FROM s
  ), the_bell AS (
    INSERT INTO outbox (topic, asset_id, traffic_class, created_at)
    SELECT 'asset.accepted', "assetId", "trafficClass", decided_at FROM s
  )
  INSERT INTO idempotency (client_id, key, fingerprint, asset_id, answer, created_at)
  SELECT "clientId", i.key, decode(i.fingerprint, 'hex'), "assetId", i.answer, decided_at
  FROM s, jsonb_to_record(nullif(idempotency, 'null')) AS i (key text, fingerprint text, answer jsonb)
  WHERE i.key IS NOT NULL`,
};
