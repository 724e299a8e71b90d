import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AssetAnswer, RevisionAnswer } from '#contracts/asset-answer.js';
import type { FreshnessAnswer } from '#contracts/freshness-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import type { TrafficClass } from '#moderation/words.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { askCli } from '../support/run-cli.js';

const POLICY: PolicyDocument = {
  ...STARTING_POLICY,
  finalWithinMs: { urgent: 1_000, normal: 1_000, bulk: 86_400_000 },
  ifLate: { urgent: 'block', normal: 'provisional_stands', bulk: 'block' },
};
/** Nobody listens there. */
const AWAY = 'http://127.0.0.1:9';
const ALARM = 'the oldest asset without a final has waited too long';
const OVER = 'no asset has waited too long for its final any more';

let product: Product;
let jpeg: Uint8Array;
beforeAll(async () => {
  product = await Product.open({ policy: POLICY, settings: { OLDEST_ALARM_MS: '1000' } });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
});
afterAll(() => product.close());

async function upload(trafficClass: TrafficClass): Promise<string> {
  const { body } = await product.client.upload(jpeg, { fields: { class: trafficClass } });
  expect(body).toMatchObject({ served: true, ifLate: POLICY.ifLate[trafficClass] });
  return body.id;
}

const read = async (id: string): Promise<AssetAnswer> =>
  (await product.client.get<AssetAnswer>(`/v1/assets/${id}`)).body;

/** `portcullis freshness --json`. */
const freshness = (): Promise<FreshnessAnswer> => askCli(['freshness'], { DATABASE_URL: product.databaseUrl });

it('keeps what was promised for a late final while the heavy tier is away, and what the final says when it is back', async () => {
  const [urgent, normal, bulk] = await Promise.all([upload('urgent'), upload('normal'), upload('bulk')]);

  // whoever asks is told, even while nobody is there to do anything about it
  await eventually('both promises are broken', async () => (await read(urgent)).late && (await read(normal)).late);
  expect(await read(urgent)).toMatchObject({ served: true, decision: { revision: 1 } });

  const idle = product.batch({ HEAVY_INFERENCE_URL: AWAY });
  await idle.launch();
  await eventually('the urgent one is blocked', async () => !(await read(urgent)).served);
  expect(await read(urgent)).toMatchObject({
    served: false,
    late: true,
    ifLate: 'block',
    transition: null,
    decision: {
      revision: 2,
      stage: 'provisional',
      verdict: 'block',
      source: 'default',
      reasons: [{ code: 'final_late' }],
    },
  });
  await eventually('both are counted', async () => (await idle.metric('portcullis_late_total')) === 2);
  expect(await idle.metric('portcullis_late_total', { class: 'urgent', effect: 'blocked' })).toBe(1);
  expect(await idle.metric('portcullis_late_total', { class: 'normal', effect: 'marked' })).toBe(1);
  expect(await read(normal)).toMatchObject({ served: true, late: true, decision: { revision: 1 } });
  expect(await read(bulk)).toMatchObject({ served: true, late: false, decision: { revision: 1 } });
  await idle.says(ALARM);
  expect(await idle.metric('portcullis_oldest_alarm')).toBe(1);
  expect(await idle.metric('portcullis_backlog_seconds')).toBe(-1);
  expect(await freshness()).toMatchObject({ waiting: 3, finalsPerSecond: null, backlogSeconds: null });
  expect(await product.verify({ settled: false })).toMatchObject({ exitCode: 0, faults: [], pending: 3 });
  await idle.stop();

  const batch = product.batch();
  await batch.start();
  await product.settled();
  expect(await read(urgent)).toMatchObject({
    served: true,
    late: true,
    transition: 'late_release',
    decision: { revision: 3, stage: 'final', verdict: 'allow', source: 'heavy' },
  });
  expect(await read(normal)).toMatchObject({ served: true, late: true, transition: 'confirmed_allow' });
  expect(await read(bulk)).toMatchObject({ served: true, late: false, transition: 'confirmed_allow' });
  const { body } = await product.client.get<{ items: RevisionAnswer[] }>(`/v1/assets/${urgent}/revisions`);
  expect(body.items).toMatchObject([
    { revision: 1, stage: 'provisional', source: 'fast', verdict: 'allow', supersedes: null },
    { revision: 2, stage: 'provisional', source: 'default', verdict: 'block', supersedes: 1 },
    { revision: 3, stage: 'final', source: 'heavy', verdict: 'allow', supersedes: 2 },
  ]);
  const [row] = await product.rows<{ hold: number }>(
    `SELECT wrongful_hold_ms::float8 AS hold FROM reconciliation WHERE asset_id = $1`,
    [urgent],
  );
  const withheldMs = Date.parse(body.items[2]?.decidedAt ?? '') - Date.parse(body.items[1]?.decidedAt ?? '');
  expect(Math.abs((row?.hold ?? NaN) - withheldMs)).toBeLessThanOrEqual(1);

  // a scrape has it look, as its own time would within seconds
  await eventually('the alarm is over', async () => (await batch.metric('portcullis_oldest_alarm')) === 0);
  await batch.says(OVER);
  for (const name of ['urgent', 'normal', 'bulk']) {
    const counted = async (): Promise<boolean> =>
      (await batch.metric('portcullis_freshness_seconds_count', { class: name })) === 1;
    await eventually('its age is counted', counted);
  }
  const { classes, ...now } = await freshness();
  expect(classes).toMatchObject([
    { class: 'urgent', finals: 1, lateFinals: 1, lateBlocks: 1, waiting: 0 },
    { class: 'normal', finals: 1, lateFinals: 1, lateBlocks: 0, waiting: 0 },
    { class: 'bulk', finals: 1, lateFinals: 0, lateBlocks: 0, waiting: 0 },
  ]);
  expect(classes[0]?.p50Ms).toBeGreaterThan(1_000);
  expect(now).toMatchObject({ waiting: 0, backlogSeconds: 0 });
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
});
