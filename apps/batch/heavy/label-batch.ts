import { randomUUID } from 'node:crypto';

import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed, type ClassifierFailure } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { BankHit, HashGate } from '#moderation/banks/bank.js';
import type { FinalStore, HeavyResult } from '#persistence/final-store.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { LeasedAsset, PendingFinalStore } from '#persistence/pending-final-store.js';
import type { AssetFiles } from '#storage/asset-files.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

import { classifyEach } from './classify-each.js';
import { deadResult, knownResult, resultOf, type Terms } from './heavy-result.js';

export interface LabelParts {
  readonly pending: PendingFinalStore;
  readonly finals: FinalStore;
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly gate: Pick<HashGate, 'exact' | 'perceptual'>;
  readonly policies: LivePolicy;
  readonly files: AssetFiles;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly leaseMs: number;
  readonly attemptsMax: number;
}

/** A given-back asset is rung for again by then at the latest; BullMQ's own retry comes sooner. */
const GIVEN_BACK_DUE_MS = 30_000;

/** What people are told of a failure; the log has its details. */
const FAILURES: Readonly<Record<ClassifierFailure, string>> = {
  crashed: 'the classifier process died over it',
  timeout: 'the classifier process did not end in its time',
  memory: 'the classifier process took more memory than it may',
  'invalid-output': 'the model gave something that is no score',
  io: 'its stored bytes could not be read',
};

/** Labels batches of assets: lease, look, judge, and one transaction for all. */
export class LabelBatch {
  private readonly leases = new Set<string>();

  constructor(private readonly parts: LabelParts) {}

  /**
   * Labels those of `assetIds` that lack a final and that nobody else holds.
   *
   * @returns what failed, by asset: to be rung for again
   * @throws OperationalError when the database is late: the leases expire, and everything is rung for again
   */
  async run(assetIds: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const { pending, leaseMs } = this.parts;
    const token = randomUUID();
    const leased = await pending.lease(assetIds, token, leaseMs);
    if (leased.length === 0) return new Map();
    this.leases.add(token);
    const renewal = setInterval(() => void pending.renew(token, leaseMs).catch(() => undefined), leaseMs / 3);
    try {
      return await this.label(leased, token);
    } finally {
      clearInterval(renewal);
      this.leases.delete(token);
    }
  }

  /** Gives back untried what is still in hand: this process leaves before it gets to it. */
  async handBack(): Promise<void> {
    await Promise.all([...this.leases].map((token) => this.parts.pending.handBack(token)));
  }

  private async label(leased: readonly LeasedAsset[], token: string): Promise<ReadonlyMap<string, Error>> {
    const { classifier, policies, gate, files, metrics } = this.parts;
    const terms = { policy: await policies.current(), gate, nowMs: Date.now() };
    const known = new Map(leased.flatMap((asset) => this.matchOf(asset, terms.nowMs)));
    const unknown = leased.filter((asset) => !known.has(asset));
    const looks = await classifyEach(classifier, unknown, (asset) => files.path(asset.assetId));
    const failed = new Map<string, Error>();
    const results = [...known].map(([{ assetId }, match]) => knownResult(assetId, match, terms.policy));
    for (const [asset, look] of looks) {
      const result = this.conclude(asset, look, terms);
      if (result instanceof Error) failed.set(asset.assetId, result);
      else results.push(result);
    }
    await this.settle(token, results);
    metrics.batchSettled(leased.length);
    await this.giveBack(token, failed);
    return failed;
  }

  /** The bank's entry that knows an asset before it is decoded again, by its bytes or by what the fast tier saw. */
  private matchOf(asset: LeasedAsset, nowMs: number): [LeasedAsset, BankHit][] {
    const { gate } = this.parts;
    const { sha256, perceptual } = asset;
    const match = gate.exact(sha256, nowMs) ?? (perceptual === null ? undefined : gate.perceptual(perceptual, nowMs));
    return match === undefined ? [] : [[asset, match]];
  }

  /** A result to write, or the error of an asset that gets another try. */
  private conclude(asset: LeasedAsset, look: ClassifyOutcome | ClassifierFailed, terms: Terms): HeavyResult | Error {
    const { classifier, attemptsMax, log } = this.parts;
    if (!(look instanceof ClassifierFailed)) return resultOf(asset.assetId, look, classifier.model, terms);
    const { reason, detail } = look;
    const { assetId, attempts } = asset;
    log.warn({ assetId, attempts, reason, detail }, 'the heavy tier failed on an asset');
    if (attempts < attemptsMax) return look;
    return deadResult(assetId, terms.policy, { reason: 'heavy_tier_failed', attempts, detail: FAILURES[reason] });
  }

  private async settle(token: string, results: readonly HeavyResult[]): Promise<void> {
    const { finals, metrics } = this.parts;
    const at = Date.now();
    const dead = new Set(results.filter((result) => result.dead !== null).map(({ assetId }) => assetId));
    for (const { match = null } of results) if (match !== null) metrics.bankHit('heavy', match.kind, match.match);
    for (const settled of await finals.settle(token, results, at)) {
      const { assetId, transition, receivedAtMs, exposureMs, wrongfulHoldMs } = settled;
      metrics.finalWritten(transition ?? 'locked', at - receivedAtMs, exposureMs, wrongfulHoldMs);
      if (dead.has(assetId)) metrics.deadLettered();
    }
  }

  private async giveBack(token: string, failed: ReadonlyMap<string, Error>): Promise<void> {
    for (const [assetId, error] of failed) {
      this.parts.metrics.givenBack();
      await this.parts.pending.giveBack([assetId], token, GIVEN_BACK_DUE_MS, error.message);
    }
  }
}
