import { randomUUID } from 'node:crypto';

import { OperationalError } from '#contracts/errors.js';
import { ClassifierFailed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { FinalStore, HeavyResult } from '#persistence/final-store.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { LeasedAsset, PendingFinalStore } from '#persistence/pending-final-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { StorageLate } from '#storage/errors.js';
import type { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { knownBy, type Banks } from './banks.js';
import { deadlyResult, isDeadly } from './deadly.js';
import { failedLook } from './failed-look.js';
import { deadResult, knownResult, resultOf, type Terms } from './heavy-result.js';
import { LATE_DETAIL, lateAlone, lateDelayMs, type Place } from './late-bytes.js';
import { lookAt } from './look-at.js';

export interface LabelParts {
  readonly pending: PendingFinalStore;
  readonly finals: FinalStore;
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly banks: Banks;
  readonly policies: LivePolicy;
  readonly bytes: Pick<AssetBytes, 'borrow' | 'presence'>;
  readonly witnesses: Place['witnesses'];
  readonly metrics: Metrics;
  readonly freshness: FreshnessMetrics;
  readonly reconciliations: ReconciliationMetrics;
  readonly log: Logger;
  readonly leaseMs: number;
  readonly attemptsMax: number;
}

/** What all assets need and was away is asked again by then at the latest; BullMQ's own retry comes sooner. */
const AWAY_DUE_MS = 5_000;

interface Attempt {
  /** What was leased. */
  readonly taken: ReadonlySet<string>;
  /** What failed of it, and is rung for again. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** An asset that gets another try. */
interface Failed {
  readonly attempts: number;
  readonly error: Error;
}

/** Labels batches of assets: lease, look, judge, and one transaction for all. */
export class LabelBatch {
  private readonly leases = new Set<string>();
  /** Ends when what is looked at alone is done. */
  private alone: Promise<unknown> = Promise.resolve();
  private leaving = false;

  constructor(private readonly parts: LabelParts) {}

  /**
   * Labels those of `assetIds` that lack a final and that nobody else holds: together what comes for the first time, and
   * then what was tried before, each alone. It may have taken its service down, and would do so to its neighbours. So is
   * what somebody was writing to when the batch was leased, and what a dead service lets go of until the batch ends: its
   * bell is heard once.
   *
   * @returns what failed, by asset: to be rung for again
   * @throws OperationalError when the database, all of the storage or the whole tier is late: everything is rung for again,
   *   and it was no attempt
   */
  async run(assetIds: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const { taken, failures } = await this.attempt(assetIds, 0);
    const failed = new Map(failures);
    const tried = new Set(taken);
    for (;;) {
      // most of the others are labelled already, or somebody else's; asked each time, for leases run out meanwhile
      const [assetId] = await this.parts.pending.free(assetIds.filter((one) => !tried.has(one)));
      if (assetId === undefined) return failed;
      tried.add(assetId);
      // one of this service: two that are in hand when it dies would both be suspect
      const look = this.alone.then(() => this.attempt([assetId]));
      this.alone = look.catch(() => undefined);
      for (const [id, error] of await this.failuresOf(assetId, look)) failed.set(id, error);
    }
  }

  /** Gives back untried what is still in hand, and begins nothing more: this process leaves before it gets to it. */
  async handBack(): Promise<void> {
    this.leaving = true;
    await Promise.all([...this.leases].map((token) => this.parts.pending.handBack(token, 0)));
  }

  /** A defect over one asset is no reason to leave the next. */
  private async failuresOf(assetId: string, look: Promise<Attempt>): Promise<ReadonlyMap<string, Error>> {
    try {
      return (await look).failures;
    } catch (error) {
      if (error instanceof OperationalError) throw error;
      return new Map([[assetId, error instanceof Error ? error : new Error(String(error))]]);
    }
  }

  /** One lease and what comes of it. @param triedMax what was tried more often than that is left */
  private async attempt(assetIds: readonly string[], triedMax?: number): Promise<Attempt> {
    const { pending, leaseMs } = this.parts;
    if (this.leaving) throw new ClassifierUnavailable('the service ends');
    const token = randomUUID();
    const leased = await pending.lease(assetIds, token, leaseMs, triedMax);
    const taken = new Set(leased.map(({ assetId }) => assetId));
    if (leased.length === 0) return { taken, failures: new Map() };
    this.leases.add(token);
    const renewal = setInterval(() => void pending.renew(token, leaseMs).catch(() => undefined), leaseMs / 3);
    try {
      return { taken, failures: await this.label(leased, token) };
    } catch (error) {
      // where the database is what is away the leases expire
      if (error instanceof OperationalError) await pending.handBack(token, AWAY_DUE_MS).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(renewal);
      this.leases.delete(token);
    }
  }

  private async label(leased: readonly LeasedAsset[], token: string): Promise<ReadonlyMap<string, Error>> {
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
    const { looks, late } = await lookAt(classifier, bytes, unseen);
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
    // after the others, who need not wait: what is late is asked for again
    const left = await this.concludeLate(token, lates);
    const [away] = left.values();
    if (away !== undefined && left.size === leased.length) throw away;
    return new Map([...[...failed].map(([assetId, { error }]) => [assetId, error] as const), ...left]);
  }

  /**
   * Counts a try of each asset whose bytes alone do not come, and hands back the other late ones untried. The database rings
   * for what was tried when it is due: the queue's own retries would come too soon.
   *
   * @returns why the others are late, by asset: they are rung for again
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
    if (left.length > 0) await pending.handBack(token, AWAY_DUE_MS);
    return new Map(left.map(([{ assetId }, error]) => [assetId, error]));
  }

  /**
   * The final of an asset that could not be labelled; undefined where another try may go better; StorageLate where the
   * place of its bytes says nothing of them.
   */
  private async concludeFailed(
    { assetId, attempts }: LeasedAsset,
    { reason: failure, detail }: ClassifierFailed,
    terms: Terms,
  ): Promise<HeavyResult | StorageLate | undefined> {
    const { attemptsMax, log } = this.parts;
    log.warn({ assetId, attempts, reason: failure, detail }, 'the heavy tier failed on an asset');
    const bytes = failure === 'io' ? await this.parts.bytes.presence(assetId) : 'stored';
    if (bytes === 'away') return new StorageLate('the place of all stored bytes is away');
    const look = failedLook(failure, bytes);
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
