import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { OperationalError } from '#contracts/errors.js';
import { HashGate, type BankHit, type PdqHash } from '#moderation/banks/bank.js';
import { judgeByHash } from '#moderation/judge.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { GateFeed, type BankChanges } from '#persistence/gate-feed.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';
import { judgePage } from '../../apps/batch/campaigns/judge-page.js';
import { LabelBatch, type LabelParts } from '../../apps/batch/heavy/label-batch.js';
import { HEAVY, sceneForAll, type Scores } from './console-scene.js';

/** A worker reads the banks once, and by itself not again: its copy is as old as one can be. */
const NEVER_MS = 3_600_000;
const PDQ: PdqHash = { pdq: '5a'.repeat(32), quality: 90 };

const scene = sceneForAll('asset, review, bank_entry');

/** To this model every picture is as explicit as that. */
const seeing = (explicit: number) => ({
  model: {
    id: HEAVY,
    sha256: 'ab',
    classes: ['neutral', 'porn'],
    labels: ['neutral' as const, 'sexual.explicit' as const],
    preprocessing: {
      size: 8,
      resize: 'bilinear-align-corners' as const,
      framesScoredMax: 1,
      backgrounds: ['white' as const],
    },
  },
  classify: (items: readonly unknown[]) =>
    Promise.resolve({
      outcomes: items.map(() => ({
        kind: 'scored' as const,
        facts: { mediaType: 'image/png' as const, width: 8, height: 8, frames: 1, alpha: false, degraded: [] },
        views: [[1 - explicit, explicit]],
        viewNames: [{ look: 'reference' as const, frame: 0 }],
        decodeMs: 1,
        inferenceMs: 1,
        perceptual: null,
      })),
      queueMs: 0,
    }),
});
/** To this one every picture is clear. */
const CLASSIFIER = seeing(0);
const BYTES = {
  borrow: (path: string) => Promise.resolve({ path, release: () => Promise.resolve() }),
  presence: () => Promise.resolve('stored' as const),
};

let feeds: GateFeed[];
beforeEach(() => {
  feeds = [];
});
afterEach(() => Promise.all(feeds.map((feed) => feed.stop())));

async function oldFeed(changes: BankChanges = new BankChangeStore(scene().database)): Promise<GateFeed> {
  const feed = new GateFeed(changes, new HashGate(), { onError: () => undefined, refreshMs: NEVER_MS });
  feeds.push(feed);
  feed.start();
  await feed.loaded();
  return feed;
}

function workerOf(banks: GateFeed, more: Partial<Pick<LabelParts, 'policies' | 'classifier'>> = {}): LabelBatch {
  const metrics = new Metrics();
  const { pending, finals, policies } = scene();
  return new LabelBatch({
    pending,
    finals,
    classifier: CLASSIFIER,
    banks,
    policies: new LivePolicy(policies, Date.now),
    bytes: BYTES,
    witnesses: { others: () => Promise.resolve([]) },
    metrics,
    freshness: new FreshnessMetrics(metrics.registry),
    reconciliations: new ReconciliationMetrics(metrics.registry, { exposureMs: 1_000, wrongfulHoldMs: 1_000 }),
    log: createLogger('batch', 'silent'),
    leaseMs: 60_000,
    attemptsMax: 4,
    ...more,
  });
}

/** Leases assets, whether they were put off or not, and has them labelled. */
async function run(worker: LabelBatch, assetIds: readonly string[]): Promise<void> {
  const token = randomUUID();
  await scene().rows(`UPDATE pending_final SET lease_expires_at = NULL WHERE asset_id = ANY ($1)`, [assetIds]);
  await worker.run(await scene().pending.lease(assetIds, token, 60_000), { token, isAlone: false });
}

interface Known {
  readonly kind?: 'block' | 'allow';
  readonly sha256?: string | null;
  readonly pdq?: PdqHash | null;
}

/** Adds an entry. @returns what hits by it, and what removes it again */
async function learn({ kind = 'block', sha256 = null, pdq = null }: Known) {
  const { database } = scene();
  const entries = new BankEntryStore(database);
  const name = `decided.${kind}`;
  const bankId = (await new BankStore(database).list()).find(({ bank }) => bank.name === name)?.bank.id ?? '';
  await entries.add(bankId, [{ sha256, pdq, note: null }], 'chief');
  const [entry] = await scene().rows<{ id: number }>(
    'SELECT id::float8 AS id FROM bank_entry ORDER BY id DESC LIMIT 1',
  );
  const entryId = entry?.id ?? 0;
  const hit: BankHit = { bank: name, kind, entryId, match: sha256 === null ? 'perceptual' : 'exact', distance: 0 };
  return { hit, forget: () => entries.remove(bankId, entryId, 'chief') };
}

const hash = (): string => randomBytes(32).toString('hex');

/** An upload that a bank decided. */
const uploadKnown = (match: BankHit, sha256: string, perceptual: PdqHash | null = null): Promise<string> =>
  scene().upload({}, { sha256, perceptual, judgement: judgeByHash(match), match, classification: null });

const upload = (sha256: string, fast: Scores): Promise<string> => scene().upload(fast, { sha256 });

const decisions = (assetId: string): Promise<unknown[]> =>
  scene().rows(
    `SELECT stage, source, verdict, bank_match AS match FROM decision WHERE asset_id = $1 ORDER BY revision`,
    [assetId],
  );

describe('a worker whose copy of the banks is old', () => {
  it('settles what another service knew by its bytes or its looks by the same entry', async () => {
    const worker = workerOf(await oldFeed());
    const [bytes, like] = [hash(), hash()];
    const { hit: exact } = await learn({ sha256: bytes });
    const { hit: looks } = await learn({ pdq: PDQ });
    const ids = [await uploadKnown(exact, bytes), await uploadKnown(looks, like, PDQ)];
    await run(worker, ids);
    for (const [index, match] of [exact, looks].entries()) {
      expect(await decisions(ids[index] ?? '')).toEqual([
        { stage: 'provisional', source: 'hash', verdict: 'block', match },
        { stage: 'final', source: 'hash', verdict: 'block', match },
      ]);
    }
    const released = await scene().rows(`SELECT 1 FROM reconciliation WHERE transition = 'late_release'`);
    expect(released).toEqual([]);
  });

  it('releases nothing for an entry that is gone, and blocks nothing', async () => {
    const [allowed, blocked] = [hash(), hash()];
    const [allow, block] = [await learn({ kind: 'allow', sha256: allowed }), await learn({ sha256: blocked })];
    const worker = workerOf(await oldFeed());
    await Promise.all([allow.forget(), block.forget()]);
    const ids = [await upload(allowed, { explicit: 0.9 }), await upload(blocked, {})];
    await run(worker, ids);
    for (const assetId of ids) expect(await decisions(assetId)).toMatchObject([{}, { source: 'heavy', match: null }]);
  });

  it('settles nothing while it cannot read them, and that is no attempt', async () => {
    const store = new BankChangeStore(scene().database);
    let late = false;
    const worker = workerOf(
      await oldFeed({
        banks: () => (late ? Promise.reject(new OperationalError('late')) : store.banks()),
        entries: (after, most) => store.entries(after, most),
        changes: (place, snapshot, most) => store.changes(place, snapshot, most),
      }),
    );
    const sha256 = hash();
    const { hit } = await learn({ sha256 });
    const assetId = await uploadKnown(hit, sha256);
    late = true;
    await expect(run(worker, [assetId])).rejects.toThrow(OperationalError);
    const left = `SELECT attempts, lease_token AS token FROM pending_final WHERE asset_id = $1`;
    expect(await scene().rows(left, [assetId])).toEqual([{ attempts: 0, token: null }]);
    late = false;
    await run(worker, [assetId]);
    expect(await decisions(assetId)).toMatchObject([{}, { stage: 'final', source: 'hash', verdict: 'block' }]);
  });

  it('settles nothing once it has stopped following them', async () => {
    const feed = await oldFeed();
    const assetId = await upload(hash(), {});
    await feed.stop();
    await expect(run(workerOf(feed), [assetId])).rejects.toThrow(OperationalError);
    expect(await decisions(assetId)).toHaveLength(1);
  });

  it('judges past assets in a campaign by what the banks hold now', async () => {
    const banks = await oldFeed();
    const sha256 = hash();
    const { hit } = await learn({ sha256 });
    const asset = {
      ...{ assetId: await upload(sha256, {}), sha256, perceptual: null, degraded: [], revision: 1, reasons: [] },
      ...{ verdict: 'allow' as const, served: true, humanDecided: false, pending: false, known: null, attempts: 0 },
    };
    const policy = await scene().policies.live();
    const others = () => Promise.resolve([]);
    const terms = { policy, gate: await banks.current(), nowMs: Date.now() };
    const parts = { classifier: CLASSIFIER, bytes: BYTES, lanes: 1, attemptsMax: 4, others };
    const { results } = await judgePage([asset], terms, parts);
    expect(results).toMatchObject([{ match: hit, judgement: { source: 'hash', verdict: 'block' } }]);
  });
});

describe('a worker whose copy of the policy is old', () => {
  it('settles by the policy that is in force when it has leased, and releases nothing that it blocks', async () => {
    const { policies } = scene();
    const live = new LivePolicy(policies, () => 0);
    const worker = workerOf(await oldFeed(), { policies: live, classifier: seeing(0.3) });
    const { document } = await live.current();
    const strict = { clearBelow: 0.1, blockFrom: 0.2 };
    const thresholds = { ...document.thresholds, 'sexual.explicit': { fast: strict, heavy: strict } };
    const { version } = await policies.draft({
      document: { ...document, thresholds },
      note: 'strict',
      author: 'chief',
    });
    await policies.publish(version, 'chief');
    const assetId = await upload(hash(), { explicit: 0.3 });
    await run(worker, [assetId]);
    expect(await decisions(assetId)).toMatchObject([
      { stage: 'provisional', source: 'fast', verdict: 'block' },
      { stage: 'final', source: 'heavy', verdict: 'block' },
    ]);
  });
});
