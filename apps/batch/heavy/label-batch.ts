import { OperationalError } from '#contracts/errors.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { FinalStore, HeavyResult } from '#persistence/final-store.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { LeasedAsset, PendingFinalStore } from '#persistence/pending-final-store.js';
import { StorageLate } from '#storage/errors.js';
import type { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { knownBy, type Banks } from './banks.js';
import { deadlyResult, isDeadly } from './deadly.js';
import { failedLook } from './failed-look.js';
import { bytesAfterLook, type Giving } from './given-bytes.js';
import { deadResult, knownResult, resultOf, type Terms } from './heavy-result.js';
import { LATE_DETAIL, lateAlone, lateDelayMs, type Place } from './late-bytes.js';
import { lookAt } from './look-at.js';

export interface LabelParts {
  readonly pending: PendingFinalStore;
  readonly finals: FinalStore;
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly banks: Banks;
  readonly policies: LivePolicy;
  readonly bytes: Giving;
  readonly witnesses: Place['witnesses'];
  readonly metrics: Metrics;
  readonly freshness: FreshnessMetrics;
  readonly reconciliations: ReconciliationMetrics;
  readonly log: Logger;
  readonly leaseMs: number;
  readonly attemptsMax: number;
}

/** What all assets need and was away is asked for again after that. */
const AWAY_MS = 1_000;
/** Bytes that were late, while others were there, are asked for again after that: until then others get their looks. */
const LATE_MS = 5_000;

/** How a batch is in hand. */
export interface Hold {
  /** Of its lease. */
  readonly token: string;
  /** It is looked at in a process that has nothing else in hand. */
  readonly isAlone: boolean;
}

/** An asset that gets another try. */
interface Failed {
  readonly attempts: number;
  readonly error: Error;
}

/** Has each call done in a process that does nothing else meanwhile. */
const apart = (classifier: Pick<Classifier, 'classify'>): Pick<Classifier, 'classify'> => ({
  classify: (items, options) => classifier.classify(items, { ...options, alone: true }),
});

/** Labels leased batches of assets: look, judge, and one transaction for all. */
export class LabelBatch {
  private readonly leases = new Set<string>();
  /** Leases that could not be handed back: the database was away. */
  private readonly owed = new Set<string>();
  private leaving = false;

  constructor(private readonly parts: LabelParts) {}

  /**
   * Labels what is leased, and keeps the lease meanwhile. What fails alone is given back for another try, or
   * gets its final; what has to wait for its bytes is handed back untried.
   *
   * @throws OperationalError when the database, all of the storage or the whole tier is late: all is handed back, and it was no
   *   attempt. A defect keeps its lease until that runs out: it would be tried at once for ever
   */
  async run(leased: readonly LeasedAsset[], hold: Hold): Promise<void> {
    const { pending, leaseMs } = this.parts;
    const { token } = hold;
    if (this.leaving) return pending.handBack(token, 0);
    this.leases.add(token);
    const renewal = setInterval(() => void pending.renew(token, leaseMs).catch(() => undefined), leaseMs / 3);
    try {
      await this.label(leased, hold);
    } catch (error) {
      if (error instanceof OperationalError) {
        this.owed.add(token);
        await this.handBackOwed().catch(() => undefined);
      }
      throw error;
    } finally {
      clearInterval(renewal);
      this.leases.delete(token);
    }
  }

  /**
   * Hands back untried what could not be handed back when its batch failed. To be called before anything is leased: it would
   * count as tried, though nobody looked at it.
   *
   * @throws DatabaseLate while the database is still away
   */
  async handBackOwed(): Promise<void> {
    for (const token of this.owed) {
      await this.parts.pending.handBack(token, AWAY_MS);
      this.owed.delete(token);
    }
  }

  /** Gives back untried what is still in hand, and begins nothing more: this process leaves before it gets to it. */
  async handBack(): Promise<void> {
    this.leaving = true;
    await Promise.all([...this.leases].map((token) => this.parts.pending.handBack(token, 0)));
  }

  private async label(leased: readonly LeasedAsset[], { token, isAlone }: Hold): Promise<void> {
    const { classifier, policies, banks, bytes, metrics, attemptsMax, log } = this.parts;
    const terms = { policy: await policies.fresh(), gate: await banks.current(), nowMs: Date.now() };
    const known = new Map<LeasedAsset, BankHit>();
    for (const asset of leased) {
      const match = knownBy(terms.gate, asset, terms.nowMs);
      if (match !== undefined) known.set(asset, match);
    }
    const results = [...known].map(([{ assetId }, match]) => knownResult(assetId, match, terms.policy));
    const unseen: LeasedAsset[] = [];
    for (const asset of leased.filter((one) => !known.has(one))) {
      if (!isDeadly(asset, attemptsMax)) {
        unseen.push(asset);
        continue;
      }
      log.error({ assetId: asset.assetId, attempts: asset.attempts }, 'looks at an asset end with their service');
      results.push(deadlyResult(asset, terms.policy));
    }
    const { looks, late } = await lookAt(isAlone ? apart(classifier) : classifier, bytes, unseen);
    const lates = new Map(late);
    const failed = new Map<string, Failed>();
    for (const [asset, look] of looks) {
      if (!(look instanceof ClassifierFailed)) {
        results.push(resultOf(asset.assetId, look, classifier.model, terms));
        continue;
      }
      const dead = await this.concludeFailed(asset, look, terms);
      if (dead === undefined) failed.set(asset.assetId, { attempts: asset.attempts, error: look });
      else if (dead instanceof StorageLate) lates.set(asset, dead);
      else results.push(dead);
    }
    await this.settle(token, results);
    if (lates.size < leased.length) metrics.batchSettled(results.length + failed.size);
    await this.giveBack(token, failed);
    // after the others, who need not wait
    const left = await this.concludeLate(token, lates);
    const [away] = left.values();
    if (away === undefined) return;
    if (left.size === leased.length) throw away;
    log.warn({ err: away, assets: left.size }, 'some bytes are late; the others are labelled');
  }

  /**
   * Counts a try of each asset whose bytes alone do not come, and hands back the other late ones untried.
   *
   * @returns why the others are late, by asset
   */
  private async concludeLate(
    token: string,
    late: ReadonlyMap<LeasedAsset, OperationalError>,
  ): Promise<ReadonlyMap<string, Error>> {
    const { pending, policies, metrics, attemptsMax, log } = this.parts;
    if (late.size === 0) return new Map();
    const alone = new Set(await lateAlone(late, this.parts));
    const dead: HeavyResult[] = [];
    for (const { assetId, attempts } of alone) {
      log.warn({ assetId, attempts }, 'the bytes of one asset alone do not come');
      if (attempts < attemptsMax) {
        metrics.givenBack();
        await pending.giveBack([assetId], token, lateDelayMs(attempts, Math.random()), LATE_DETAIL);
      } else {
        const ended = { reason: 'unreadable', attempts, detail: LATE_DETAIL } as const;
        dead.push(deadResult(assetId, await policies.fresh(), ended));
      }
    }
    if (dead.length > 0) await this.settle(token, dead);
    const left = [...late].filter(([asset]) => !alone.has(asset));
    if (left.length > 0) await pending.handBack(token, LATE_MS);
    return new Map(left.map(([{ assetId }, error]) => [assetId, error]));
  }

  /**
   * The final of an asset that could not be labelled; undefined where another try may go better; StorageLate where the
   * place of its bytes says nothing of them.
   */
  private async concludeFailed(
    asset: LeasedAsset,
    { reason: failure, detail }: ClassifierFailed,
    terms: Terms,
  ): Promise<HeavyResult | StorageLate | undefined> {
    const { attemptsMax, bytes, log } = this.parts;
    const { assetId, attempts } = asset;
    log.warn({ assetId, attempts, reason: failure, detail }, 'the heavy tier failed on an asset');
    const seen = failure === 'io' ? await bytesAfterLook(bytes, asset) : 'stored';
    if (seen instanceof StorageLate) return seen;
    const look = failedLook(failure, seen);
    if (attempts < Math.min(attemptsMax, look.triesMax)) return undefined;
    return deadResult(assetId, terms.policy, { reason: look.reason, attempts, detail: look.detail });
  }

  private async settle(token: string, results: readonly HeavyResult[]): Promise<void> {
    const { finals, metrics, freshness, reconciliations } = this.parts;
    const at = Date.now();
    const dead = new Set(results.filter((result) => result.dead !== null).map(({ assetId }) => assetId));
    for (const { match = null } of results) if (match !== null) metrics.bankHit('heavy', match.kind, match.match);
    for (const settled of await finals.settle(token, results, at)) {
      const { assetId, transition } = settled;
      metrics.finalWritten(transition ?? 'locked');
      reconciliations.reconciled(settled);
      freshness.finalWritten(settled, settled.decidedAtMs);
      if (dead.has(assetId)) metrics.deadLettered();
    }
  }

  private async giveBack(token: string, failed: ReadonlyMap<string, Failed>): Promise<void> {
    for (const [assetId, { attempts, error }] of failed) {
      this.parts.metrics.givenBack();
      await this.parts.pending.giveBack([assetId], token, retryDelayMs(attempts, Math.random()), error.message);
    }
  }
}
