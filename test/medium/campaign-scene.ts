import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { Registry } from 'prom-client';
import type { CampaignAnswer, CampaignDetailAnswer, CampaignDraftAnswer } from '#contracts/campaign-answer.js';
import type { Degradation } from '#contracts/prepared-image.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import { HashGate } from '#moderation/banks/bank.js';
import { historyFaults } from '#moderation/check-history.js';
import { CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import { CampaignAttemptStore } from '#persistence/campaign-attempt-store.js';
import { CampaignRollbackStore } from '#persistence/campaign-rollback-store.js';
import { CampaignRunStore } from '#persistence/campaign-run-store.js';
import { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { StorageLate } from '#storage/errors.js';
import { CampaignMetrics } from '#telemetry/campaign-metrics.js';
import { createLogger } from '#telemetry/logger.js';
import { CampaignWork, type CampaignParts } from '../../apps/batch/campaigns/campaign-work.js';
import { ConsoleScene, HEAVY, type Answer, type Scores } from './console-scene.js';

/** The model that campaigns judge by. */
export const NEXT = 'heavy_model/2.0.0';
export const STEPS_MAX = 100;
/** Of what cannot be looked at. */
export const TRIES = 3;
export const CLEAR: Scores = {};
export const UNCERTAIN: Scores = { explicit: 0.5 };
export const VIOLATING: Scores = { explicit: 0.9 };

export let scene: ConsoleScene;
/** Of each test. */
export let model: DoubleModel;
export let place: DoublePlace;
export let worker: CampaignWork;

const FACTS = { mediaType: 'image/png' as const, width: 64, height: 64, frames: 1, alpha: false };

/** Opens a scene for the tests of a file: each begins without assets and campaigns. */
export function openCampaigns(): void {
  beforeAll(async () => {
    scene = await ConsoleScene.open();
    await scene.rows(
      `INSERT INTO model_version (id, sha256, classes, labels, preprocessing)
       SELECT $1, sha256, classes, labels, preprocessing FROM model_version WHERE id = $2`,
      [NEXT, HEAVY],
    );
  });
  afterAll(() => scene.close());
  beforeEach(async () => {
    await scene.empty('asset, review, campaign');
    model = new DoubleModel();
    place = new DoublePlace();
    worker = workOf();
    await scene.rows(`UPDATE campaign_turn SET token = NULL, expires_at = NULL`);
    await new CampaignTurnStore(scene.database).announce(NEXT);
  });
}

/** A heavy model that says of each asset what the test wants. */
class DoubleModel {
  readonly looks: string[] = [];
  readonly says = new Map<string, Scores>();
  /** Scores of the class hentai. */
  readonly drawn = new Map<string, number>();
  readonly fails = new Set<string>();
  /** Why it does not see some wholly. */
  readonly degraded = new Map<string, Degradation[]>();
  onLook = (): void => undefined;
  model: ServedModel = {
    id: NEXT,
    sha256: 'ab'.repeat(32),
    classes: ['drawing', 'hentai', 'neutral', 'porn', 'sexy'],
    labels: ['neutral.drawing', 'sexual.explicit.drawn', 'neutral', 'sexual.explicit', 'sexual.suggestive'],
    preprocessing: { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white', 'black'] },
  };

  classify(items: readonly { readonly path: string }[]) {
    if (items.some(({ path }) => this.fails.has(path)))
      return Promise.reject(new ClassifierFailed('crashed', 'signal 11'));
    this.onLook();
    this.looks.push(...items.map(({ path }) => path));
    const outcomes = items.map(({ path }) => {
      const { explicit = 0, suggestive = 0 } = this.says.get(path) ?? {};
      const drawn = this.drawn.get(path) ?? 0;
      return {
        kind: 'scored' as const,
        facts: { ...FACTS, degraded: this.degraded.get(path) ?? [] },
        views: [[0, drawn, 1 - explicit - suggestive - drawn, explicit, suggestive]],
        viewNames: [{ look: 'reference' as const, frame: 0 }],
        decodeMs: 1,
        inferenceMs: 1,
        perceptual: null,
      };
    });
    return Promise.resolve({ outcomes, queueMs: 0 });
  }
}

/** A place of bytes in which some objects, or all, answer nothing but "slow down". */
class DoublePlace {
  readonly late = new Set<string>();
  isAway = false;

  borrow(assetId: string) {
    if (this.isAway || this.late.has(assetId)) return Promise.reject(new StorageLate('the bucket answers with 503'));
    return Promise.resolve({ path: assetId, release: () => Promise.resolve() });
  }

  presence() {
    return Promise.resolve('stored' as const);
  }
}

export const workOf = (
  more: Partial<Pick<CampaignParts, 'live' | 'applies' | 'attempts' | 'runs' | 'leaseMs' | 'nowMs'>> = {},
): CampaignWork =>
  new CampaignWork({
    turns: new CampaignTurnStore(scene.database),
    runs: new CampaignRunStore(scene.database),
    attempts: new CampaignAttemptStore(scene.database),
    applies: new CampaignApplyStore(scene.database),
    rollbacks: new CampaignRollbackStore(scene.database),
    policies: scene.policies,
    judging: {
      classifier: model,
      banks: { current: () => Promise.resolve(new HashGate()) },
      bytes: place,
      lanes: 2,
      attemptsMax: TRIES,
    },
    live: { busy: () => false },
    metrics: new CampaignMetrics(new Registry()),
    log: createLogger('batch', 'silent'),
    leaseMs: 20_000,
    looksMax: 3,
    ...more,
  });

export const ask = <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  scene.ask<T>('chief', method, `/api/campaigns${path}`, body);

export async function draft(body: object = {}): Promise<CampaignDraftAnswer> {
  scene.nowMs += 1_000;
  const { status, body: answer } = await ask<CampaignDraftAnswer>('POST', '', { name: 'again', ...body });
  expect([status, answer]).toEqual([201, expect.anything()]);
  return answer;
}

export async function order(id: string, what: string): Promise<CampaignAnswer> {
  scene.nowMs += 1_000;
  const { status, body } = await ask<CampaignAnswer>('POST', `/${id}/${what}`);
  expect([what, status, body]).toEqual([what, 200, expect.anything()]);
  return body;
}

export const stateOf = async (id: string): Promise<CampaignDetailAnswer> =>
  (await ask<CampaignDetailAnswer>('GET', `/${id}`)).body;

/** Works until the campaign is in the state. */
export async function work(id: string, until: string, by = worker): Promise<CampaignDetailAnswer> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const campaign = await stateOf(id);
    if (campaign.state === until) return campaign;
    await by.step();
    await hasten();
  }
  throw new Error(`the campaign is not ${until}: ${JSON.stringify(await stateOf(id))}`);
}

/** What is tried again is tried now. */
export const hasten = (): Promise<unknown> =>
  scene.rows(`UPDATE campaign_attempt SET due_at = now() WHERE NOT in_hand`);

/** A campaign that has run to its end. */
export async function ran(body: object = {}): Promise<string> {
  const { campaign } = await draft(body);
  await order(campaign.id, 'start');
  await work(campaign.id, 'done');
  return campaign.id;
}

export async function finalled(fast: Scores, heavy: Scores): Promise<string> {
  const assetId = await scene.upload(fast);
  await scene.settle(await scene.heavyResult(assetId, heavy));
  return assetId;
}

interface Standing {
  readonly verdict: string;
  readonly served: boolean;
  readonly revisions: number;
}
export const standing = async (id: string): Promise<Standing> => {
  const [row] = await scene.rows<Standing>(`SELECT verdict, served, revisions FROM asset WHERE id = $1`, [id]);
  if (row === undefined) throw new Error('the asset is gone');
  return row;
};
export const causes = (id: string): Promise<unknown[]> =>
  scene.rows(`SELECT cause, cause_id AS by FROM decision WHERE asset_id = $1 AND cause IS NOT NULL ORDER BY revision`, [
    id,
  ]);

/** What `portcullis verify` would say of the rows. */
export async function faults(): Promise<string[]> {
  const histories = new HistoryStore(scene.database);
  const page = await histories.page(undefined, 1_000);
  return [...page.flatMap((history) => historyFaults(history)), ...(await histories.wrongCampaigns(10))];
}
