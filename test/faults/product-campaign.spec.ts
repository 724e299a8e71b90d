import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import type { CampaignDetailAnswer, CampaignDraftAnswer, CampaignReportAnswer } from '#contracts/campaign-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { FINDINGS } from '#moderation/label.js';
import { STARTING_POLICY, type PolicyDocument, type Thresholds } from '#moderation/policy.js';
import type { RunningService } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';
import { createLogger } from '#telemetry/logger.js';
import { startConsole } from '../../apps/console/start-console.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { askCli } from '../support/run-cli.js';

const ASSETS = 10;
const PAGE = 2;
/** A version of the same model: what it labels is labelled anew. */
const NEXT = 'mobilenet_v2/1.0.0';
const COMMAND_MS_MAX = 60_000;

/** Operating points of the heavy tier that give every score the same band. */
const policyOf = (heavy: Thresholds): PolicyDocument => ({
  ...STARTING_POLICY,
  thresholds: Object.fromEntries(
    FINDINGS.map((label) => [label, { fast: { clearBelow: 1, blockFrom: 1 }, heavy }]),
  ) as PolicyDocument['thresholds'],
});

let product: Product;
let service: RunningService;
let assets: string[];

beforeAll(async () => {
  product = await Product.open({
    policy: policyOf({ clearBelow: 1, blockFrom: 1 }),
    settings: { HEAVY_BATCH_SIZE: String(PAGE) },
  });
  const settings = { DATABASE_URL: product.databaseUrl, CONSOLE_PORT: '0', PORTCULLIS_HOME: product.home };
  service = await startConsole(readSettings(settings, '/'), createLogger('console', 'silent'));
  await writeFile(path.join(product.home, 'admin-key'), await product.addKey('admin', null, []));
  const first = product.batch();
  await Promise.all([product.upload.start(), first.start()]);
  const { bytes } = await drawSample(0, { width: 96, height: 64 });
  assets = await Promise.all(Array.from({ length: ASSETS }, () => product.client.submit(bytes)));
  await product.settled();
  await first.stop();
});

afterAll(async () => {
  await service.close();
  await product.close();
});

/** Runs `portcullis backfill` as the admin. */
const backfill = <T>(...args: string[]): Promise<T> =>
  askCli<T>(
    ['backfill', ...args],
    { PORTCULLIS_HOME: product.home, CONSOLE_PORT: String(service.port) },
    COMMAND_MS_MAX,
  );

const read = async (id: string): Promise<AssetAnswer> =>
  (await product.client.get<AssetAnswer>(`/v1/assets/${id}`)).body;

async function expectAll(verdict: string, served: boolean, revision: number): Promise<void> {
  for (const id of assets) {
    expect(await read(id)).toMatchObject({ served, decision: { verdict, revision } });
  }
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: ASSETS, pending: 0 });
}

describe('a campaign whose batch service is killed in its middle', () => {
  it('goes on where it was, doubles nothing, and what it applies can be taken back', async () => {
    await product.publish(policyOf({ clearBelow: 0, blockFrom: 0 }));
    const second = product.batch({ HEAVY_MODEL: NEXT });
    await second.start();
    const { campaign, plan } = await backfill<CampaignDraftAnswer>(
      ...['plan', '--name', 'the next model', '--verdict', 'allow', '--rate-max-per-second', '2'],
    );
    expect(plan).toMatchObject({ chosen: ASSETS, looks: ASSETS, scored: 0, modelId: NEXT });
    const { id } = campaign;
    await backfill('start', id);
    const handled = (): Promise<number> => product.count('campaign_result WHERE campaign_id = $1', [id]);
    await eventually('its first page is done', async () => (await handled()) > 0);
    await second.end('SIGKILL');
    const firstHalf = await product.rows(`SELECT asset_id, judged_at FROM campaign_result ORDER BY asset_id`);
    const atDeath = firstHalf.length;
    expect(atDeath).toBeLessThan(ASSETS);

    const third = product.batch({ HEAVY_MODEL: NEXT });
    await third.start();
    const done = await backfill<CampaignDetailAnswer>('status', id, '--watch');
    expect(done).toMatchObject({ state: 'done', handled: ASSETS, failed: 0, modelId: NEXT });
    expect(
      await product.rows(`SELECT asset_id, judged_at FROM campaign_result ORDER BY asset_id LIMIT $1`, [atDeath]),
    ).toEqual(firstHalf);
    expect(await handled()).toBe(ASSETS);
    await expectAll('allow', true, 2);

    const report = await backfill<CampaignReportAnswer>('report', id);
    expect(report).toMatchObject({ judged: ASSETS, flips: ASSETS });
    expect(report.flows).toMatchObject([{ from: 'allow', to: 'block', assets: ASSETS, served: ASSETS }]);
    expect(await backfill('apply', id, '--watch')).toMatchObject({ state: 'applied', progress: { done: ASSETS } });
    await expectAll('block', false, 3);
    expect(await backfill('rollback', id, '--watch')).toMatchObject({ state: 'rolled_back' });
    await expectAll('allow', true, 4);
    expect(await product.count(`decision WHERE cause = 'campaign' AND cause_id = $1`, [id])).toBe(ASSETS);
    expect(await third.metric('portcullis_campaign_decisions_total', { transition: 'late_block' })).toBe(ASSETS);
  });
});
