import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer, AssetPage, RevisionAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { FINDINGS } from '#moderation/label.js';
import { STARTING_POLICY, type PolicyDocument, type Thresholds } from '#moderation/policy.js';
import type { Transition } from '#moderation/words.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

/** Operating points that give every score the same band. */
const ALWAYS = {
  clear: { clearBelow: 1, blockFrom: 1 },
  uncertain: { clearBelow: 0, blockFrom: 1 },
  violating: { clearBelow: 0, blockFrom: 0 },
} as const satisfies Record<string, Thresholds>;
type Always = keyof typeof ALWAYS;

const policyOf = (fast: Always, heavy: Always): PolicyDocument => {
  const tiers = { fast: ALWAYS[fast], heavy: ALWAYS[heavy] };
  return {
    ...STARTING_POLICY,
    thresholds: Object.fromEntries(FINDINGS.map((label) => [label, tiers])) as PolicyDocument['thresholds'],
  };
};

interface Case {
  readonly fast: Always;
  readonly heavy: Always;
  readonly transition: Transition;
  readonly servedBefore: boolean;
  readonly served: boolean;
}

const CASES: Case[] = [
  { fast: 'clear', heavy: 'clear', transition: 'confirmed_allow', servedBefore: true, served: true },
  { fast: 'violating', heavy: 'violating', transition: 'confirmed_block', servedBefore: false, served: false },
  { fast: 'clear', heavy: 'violating', transition: 'late_block', servedBefore: true, served: false },
  { fast: 'violating', heavy: 'clear', transition: 'late_release', servedBefore: false, served: true },
  { fast: 'uncertain', heavy: 'uncertain', transition: 'needs_review', servedBefore: true, served: true },
  { fast: 'violating', heavy: 'uncertain', transition: 'needs_review', servedBefore: false, served: false },
];
const VERDICTS = { clear: 'allow', uncertain: 'review', violating: 'block' } as const;

let product: Product;
let batch: TestService;
let jpeg: Uint8Array;

beforeAll(async () => {
  product = await Product.open();
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  batch = product.batch();
  await Promise.all([product.upload.start(), batch.start()]);
});

afterAll(() => product.close());

const read = async (id: string): Promise<AssetAnswer> =>
  (await product.client.get<AssetAnswer>(`/v1/assets/${id}`)).body;

/** Uploads until both services go by a policy. @returns the first asset of which that is true, and its answer */
async function uploadUnder(policyVersion: number): Promise<{ answer: AssetAnswer; final: AssetAnswer }> {
  return eventually('both services go by the policy', async () => {
    const { body: answer } = await product.client.upload(jpeg);
    if (answer.decision.policyVersion !== policyVersion) return undefined;
    const final = await eventually('its final', async () => {
      const now = await read(answer.id);
      return now.decision.stage === 'final' ? now : undefined;
    });
    return final.decision.policyVersion === policyVersion ? { answer, final } : undefined;
  });
}

describe('a final decision', () => {
  it.each(CASES)('of $heavy after $fast is $transition', async ({ fast, heavy, transition, servedBefore, served }) => {
    const policyVersion = await product.publish(policyOf(fast, heavy));
    const { answer, final } = await uploadUnder(policyVersion);
    expect([answer.served, answer.transition]).toEqual([servedBefore, null]);
    const verdict = VERDICTS[heavy];
    const decision = { revision: 2, stage: 'final', verdict, band: heavy, source: 'heavy', policyVersion };
    expect(final).toMatchObject({ served, transition, decision, finalBy: answer.finalBy, sha256: answer.sha256 });
    expect(final.labels).not.toEqual(answer.labels);

    const { body } = await product.client.get<{ items: RevisionAnswer[] }>(answer.links.revisions);
    expect(body.items).toEqual([
      { ...answer.decision, supersedes: null },
      { ...final.decision, supersedes: 1 },
    ]);

    const [row] = await product.rows<{ transition: string; exposure: number | null; hold: number | null }>(
      `SELECT transition, exposure_ms::float8 AS exposure, wrongful_hold_ms::float8 AS hold
       FROM reconciliation WHERE asset_id = $1`,
      [answer.id],
    );
    const lateMs = Date.parse(final.decision.decidedAt) - Date.parse(answer.decision.decidedAt);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(row).toEqual({
      transition,
      exposure: transition === 'late_block' ? lateMs : null,
      hold: transition === 'late_release' ? lateMs : null,
    });

    const reviews = await product.rows<Record<string, unknown>>(
      `SELECT state, client_id, disagreement, margin::float8 AS margin FROM review WHERE asset_id = $1`,
      [answer.id],
    );
    const open = { state: 'open', client_id: product.client.id, disagreement: fast !== heavy };
    // a human looks at what was blocked late, too
    const isLooked = verdict === 'review' || transition === 'late_block';
    expect(reviews).toEqual(isLooked ? [{ ...open, margin: expect.any(Number) }] : []);
  });

  it('is found by what it changed', async () => {
    for (const transition of new Set(CASES.map((example) => example.transition))) {
      const { body } = await product.client.get<AssetPage>(`/v1/assets?limit=100&transition=${transition}`);
      const count = await product.count('reconciliation WHERE transition = $1', [transition]);
      expect([transition, body.items.length]).toEqual([transition, count]);
      expect(new Set(body.items.map((item) => item.transition))).toEqual(new Set([transition]));
    }
  });
});

describe('afterwards', () => {
  it('counts and rows agree, and nothing is left over', async () => {
    await product.settled();
    const assets = await product.count('asset');
    // the last batch is counted just after it was committed
    await eventually('all is counted', async () => (await batch.metric('portcullis_batch_size_sum')) === assets);
    const rows = await product.rows<{ transition: string; n: number }>(
      `SELECT transition, count(*)::integer AS n FROM reconciliation GROUP BY transition`,
    );
    expect(rows.length).toBe(5);
    for (const { transition, n } of rows) {
      expect([transition, await batch.metric('portcullis_final_total', { transition })]).toEqual([transition, n]);
    }
    expect(await batch.metric('portcullis_freshness_seconds_count')).toBe(assets);
    expect(await batch.metric('portcullis_exposure_seconds_count')).toBe(
      await product.count('reconciliation WHERE exposure_ms >= 0'),
    );
    expect(await batch.metric('portcullis_wrongful_hold_seconds_count')).toBe(
      await product.count('reconciliation WHERE wrongful_hold_ms >= 0'),
    );
    expect(await batch.metric('portcullis_pending_final')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets, pending: 0 });
  });
});
