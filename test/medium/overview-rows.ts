import { randomUUID } from 'node:crypto';
import type { CaseTransition } from '#contracts/review-query.js';
import type { Cause, ProvisionalVerdict, Source, TrafficClass, Transition } from '#moderation/words.js';
import type { ConsoleScene } from './console-scene.js';

type Rows = Pick<ConsoleScene, 'rows'>;

/** What became of an asset at the heavy tier. Times in epoch milliseconds. */
interface FinalRow {
  readonly atMs: number;
  readonly cause?: Cause;
  readonly reasons?: readonly object[];
  readonly transition?: Transition;
  readonly exposureMs?: number;
  readonly wrongfulHoldMs?: number;
}

interface HistoryRow {
  readonly receivedMs: number;
  readonly class?: TrafficClass;
  readonly verdict?: ProvisionalVerdict;
  readonly source?: Source;
  readonly reasons?: readonly object[];
  /** The final is promised for so long after the asset came. */
  readonly dueMs?: number;
  readonly final?: FinalRow;
}

/** An asset with its decisions as they are in the database, at whatever times. @returns its id */
export async function addHistory(scene: Rows, row: HistoryRow): Promise<string> {
  const id = randomUUID();
  const { receivedMs, dueMs = 86_400_000, class: name = 'normal', verdict = 'allow', final } = row;
  await scene.rows(
    `INSERT INTO asset (id, client_id, traffic_class, sha256, bytes, media_type, degraded, received_at, final_by, revisions,
       standing_revision, stage, verdict, served)
     SELECT $1, id, $2, '\\xab', 1, 'image/png', '{}', $3, $4, 1, 1, 'provisional', $5, true FROM client WHERE name = 'shop'`,
    [id, name, new Date(receivedMs), new Date(receivedMs + dueMs), verdict],
  );
  const { source = 'fast', reasons = [] } = row;
  await addDecision(scene, [
    id,
    1,
    'provisional',
    verdict,
    source,
    JSON.stringify(reasons),
    null,
    new Date(receivedMs),
  ]);
  if (final === undefined) return id;
  const at = new Date(final.atMs);
  const stage = final.cause === 'late' ? 'provisional' : 'final';
  const found = JSON.stringify(final.reasons ?? []);
  await addDecision(scene, [id, 2, stage, 'allow', 'heavy', found, final.cause ?? null, at]);
  if (final.transition !== undefined) {
    await scene.rows(`INSERT INTO reconciliation VALUES ($1, 2, $2, $3, $4, $5)`, [
      id,
      final.transition,
      final.exposureMs ?? null,
      final.wrongfulHoldMs ?? null,
      at,
    ]);
  }
  return id;
}

/** A case on an asset: decided, where it says when. */
export async function addCase(
  scene: Rows,
  assetId: string,
  { openedMs, decidedMs, change = 'needs_review' }: { openedMs: number; decidedMs?: number; change?: CaseTransition },
): Promise<void> {
  const decidedAt = decidedMs === undefined ? null : new Date(decidedMs);
  await scene.rows(
    `INSERT INTO review (id, asset_id, client_id, state, disagreement, change, labels, exposure_ms, margin, opened_at, decided_at)
     SELECT $1, $2, id, $3, false, $4, '{}', 0, 0, $5, $6 FROM client WHERE name = 'shop'`,
    [randomUUID(), assetId, decidedAt === null ? 'open' : 'decided', change, new Date(openedMs), decidedAt],
  );
}

/** An open dead letter. */
export async function addLetter(
  scene: Rows,
  assetId: string,
  { reason, atMs }: { reason: string; atMs: number },
): Promise<void> {
  await scene.rows(
    `INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at) VALUES ($1, $2, 3, 'a test', $3)`,
    [assetId, reason, new Date(atMs)],
  );
}

async function addDecision(scene: Rows, values: readonly unknown[]): Promise<void> {
  await scene.rows(
    `INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, cause, decided_at, policy_version)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, max(version) FROM policy_version`,
    [...values],
  );
}
