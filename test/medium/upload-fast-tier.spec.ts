import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const FAST = 'mobilenet_v2/1.1.0';
/** Far more than the service has its uploads wait: who is answered was not kept waiting for the end of the process. */
const CALL_MS_MAX = 10_000;

/** With time for a picture that takes long to decode. */
const PATIENT = { FAST_SLO_MS: '5000', FAST_CALL_MS_MAX: '10000' };

let product: Product;
let models: string;
let jpeg: Uint8Array;
/** Small to send, and hundreds of megabytes to decode: interlaced, so that no row is done before all are. */
let vast: Uint8Array;

beforeAll(async () => {
  models = await mkdtemp(path.join(os.tmpdir(), 'portcullis-models-'));
  await cp(path.join(MODELS, FAST), path.join(models, FAST), { recursive: true });
  await symlink(path.join(MODELS, 'mobilenet_v2_mid'), path.join(models, 'mobilenet_v2_mid'));
  const settings = { MODEL_ROOT: models, FAST_CALL_MS_MAX: String(CALL_MS_MAX), FAST_SLO_MS: '1000' };
  product = await Product.open({ settings });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  const background = { r: 200, g: 100, b: 50, alpha: 0.5 };
  const picture = sharp({ create: { width: 7_000, height: 7_000, channels: 4, background }, limitInputPixels: false });
  vast = await picture.png({ progressive: true, compressionLevel: 1 }).toBuffer();
  await product.upload.start();
});

afterAll(async () => {
  await product.close();
  await rm(models, { recursive: true, force: true });
});

const blocked = (code: string): Record<string, unknown> => ({
  served: false,
  labels: [],
  decision: { stage: 'provisional', verdict: 'block', band: null, source: 'default', reasons: [{ code }] },
});

/** Batches that the fast tier has begun. */
const batches = (service: TestService): Promise<number> => service.metric('portcullis_fast_batch_size_count');

/** The fast tier looks at uploads, if not at the first that comes while the machine has much to do. */
async function expectSeen(client = product.client): Promise<void> {
  const { verdict } = await eventually('an upload is looked at', async () => {
    const { decision } = (await client.upload(jpeg)).body;
    return decision.source === 'fast' ? decision : undefined;
  });
  expect(verdict).toBe('allow');
}

describe('an upload that the fast tier cannot look at is accepted and withheld', () => {
  it('because its process was killed, or because it would be too late; the process is replaced', async () => {
    const doomed = await product.upload.classifier();
    process.kill(doomed, 'SIGSTOP');
    // one is with the process; the others wait until their time is up, and the process has more of it
    const uploads = Array.from({ length: 3 }, () => product.client.upload(jpeg));
    const refused = await Promise.race(uploads);
    expect([refused.status, refused.body]).toMatchObject([201, blocked('shed')]);
    expect(isRunning(doomed)).toBe(true);
    process.kill(doomed, 'SIGKILL');
    const bodies = (await Promise.all(uploads)).map(({ body }) => body);
    expect(bodies.map(({ decision }) => decision.reasons[0]?.code).sort()).toEqual([
      'fast_tier_failed',
      'shed',
      'shed',
    ]);
    const lost = bodies.find(({ decision }) => decision.reasons[0]?.code === 'fast_tier_failed');
    expect(lost).toMatchObject(blocked('fast_tier_failed'));
    expect(await product.upload.classifier()).not.toBe(doomed);
    await expectSeen();
  });

  it('because its process hangs; the process is killed and replaced', async () => {
    const stuck = await product.upload.classifier();
    process.kill(stuck, 'SIGSTOP');
    const { body } = await product.client.upload(jpeg);
    expect(body).toMatchObject(blocked('fast_tier_failed'));
    // the upload is given up sooner than the process
    expect(isRunning(stuck)).toBe(true);
    await eventually('the process is gone', () => !isRunning(stuck));
    await expectSeen();
  });

  it('because its process was killed while it decoded', async () => {
    const patient = product.another('upload', PATIENT);
    await patient.start();
    const doomed = await patient.classifier();
    const before = await batches(patient);
    const upload = product.client.at(patient.url).upload(vast);
    // once for its headers, and once more because it takes long
    await eventually('the process has it', async () => (await batches(patient)) > before + 1);
    process.kill(doomed, 'SIGKILL');
    expect((await upload).body).toMatchObject(blocked('fast_tier_failed'));
    expect(await patient.classifier()).not.toBe(doomed);
    await patient.end('SIGTERM');
  });

  it('because its process swelled; the process is killed and replaced', async () => {
    const narrow = product.another('upload', { ...PATIENT, FAST_RSS_MB_MAX: '300' });
    await narrow.start();
    const client = product.client.at(narrow.url);
    const swollen = await narrow.classifier();
    expect((await client.upload(vast)).body).toMatchObject(blocked('fast_tier_failed'));
    await eventually('the process is gone', () => !isRunning(swollen));
    const died = (): Promise<number> => narrow.metric('portcullis_classifier_events_total', { event: 'memory' });
    await eventually('its death is counted', async () => (await died()) === 1);
    await narrow.classifier();
    await expectSeen(client);
    expect(await narrow.health()).toBe(200);
    await narrow.end('SIGTERM');
  });

  it('because there is no model any more, until there is one again', async () => {
    const file = path.join(models, FAST, 'model.onnx');
    await rename(file, `${file}.away`);
    const last = await product.upload.classifier();
    process.kill(last, 'SIGKILL');
    await eventually('the service has noticed that it is gone', async () => (await product.upload.health()) === 503);
    expect((await product.client.upload(jpeg)).body).toMatchObject(blocked('fast_tier_not_ready'));

    const open = { ...STARTING_POLICY.provisional, unavailable: 'allow' } as const;
    const policyVersion = await product.publish({ ...STARTING_POLICY, provisional: open });
    const underNewPolicy = async (): Promise<AssetAnswer | undefined> => {
      const { body } = await product.client.upload(jpeg);
      return body.decision.policyVersion === policyVersion ? body : undefined;
    };
    expect(await eventually('the policy is noticed', underNewPolicy)).toMatchObject({
      served: true,
      decision: { verdict: 'allow', source: 'default', reasons: [{ code: 'fast_tier_not_ready' }] },
    });

    await rename(`${file}.away`, file);
    await product.upload.ready();
    await expectSeen();
  });
});

describe('the heavy tier decides', () => {
  it('what the fast tier could not look at', async () => {
    const withheld = await product.count(`asset WHERE NOT served`);
    expect(withheld).toBeGreaterThanOrEqual(4);
    await product.batch().start();
    await product.settled();
    expect(await product.count(`asset WHERE stage = 'final' AND verdict = 'allow' AND served`)).toBe(
      await product.count('asset'),
    );
    expect(await product.count(`reconciliation WHERE transition = 'late_release' AND wrongful_hold_ms > 0`)).toBe(
      withheld,
    );
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
