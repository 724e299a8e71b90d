import { uuidv7 } from 'uuidv7';
import type { Judgement } from '#moderation/judge.js';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict, Verdict } from '#moderation/words.js';
import type { HeavyResult } from '#persistence/final-store.js';
import type { Submission } from '#persistence/submission-store.js';

const HOUR_MS = 3_600_000;

/** An upload as the stores see it; its final was promised for an hour ago if it is overdue, or else for in an hour. */
export function submissionOf(
  clientId: string,
  { verdict, ifLate, overdue }: { verdict: ProvisionalVerdict; ifLate: LateDefault; overdue: boolean },
): Submission {
  const nowMs = Date.now();
  return {
    assetId: uuidv7(),
    clientId,
    externalId: null,
    uploaderId: null,
    trafficClass: 'normal',
    metadata: null,
    sha256: 'ab'.repeat(32),
    bytes: 1_000,
    mediaType: 'image/png',
    width: null,
    height: null,
    frames: null,
    degraded: [],
    receivedAtMs: nowMs,
    decidedAtMs: nowMs,
    dueAtMs: nowMs,
    finalByMs: overdue ? nowMs - HOUR_MS : nowMs + HOUR_MS,
    ifLate,
    judgement: { verdict, band: null, source: 'fast', reasons: [] },
    policyVersion: 1,
    classification: null,
    idempotency: null,
  };
}

/** What the heavy tier says of an asset, or that its tries are used up. */
export function resultOf(
  assetId: string,
  { verdict, policyVersion, dies }: { verdict: Verdict; policyVersion: number; dies: boolean },
): HeavyResult {
  const judgement: Judgement = dies
    ? { verdict: 'review', band: null, source: 'default', reasons: [{ code: 'heavy_tier_failed' }] }
    : { verdict, band: null, source: 'heavy', reasons: [] };
  const dead = dies ? { reason: 'heavy_tier_failed', attempts: 3, detail: 'it failed' } : null;
  return { assetId, judgement, policyVersion, classification: null, margin: 0, dead };
}
