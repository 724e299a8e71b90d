import 'reflect-metadata';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { OIP_JSON_LENGTH_HEADER, type OipInferAnswer, type OipModelMetadata } from '#contracts/oip.js';
import type { Plan } from '#contracts/plan-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { openManifest } from '#inference/models/repository.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { Answer, UploadOptions } from '../support/test-client.js';
import type { TestService } from '../support/test-service.js';

const FAST = 'mobilenet_v2/1.1.0';
const OIP = '/v2/models/mobilenet_v2';
const SIDE = 224;
/** Enough for one picture on a machine that stands still for seconds. */
const SLO_MS = 4_000;
/** Of a process: who is answered sooner was not kept waiting for its end. */
const CALL_MS_MAX = 60_000;

let product: Product;
/** The same installation, where uploads are refused that cannot be judged in time. */
let refusing: TestService;
let jpeg: Uint8Array;

beforeAll(async () => {
  [product, jpeg] = await Promise.all([
    Product.open({ settings: { FAST_SLO_MS: String(SLO_MS), FAST_CALL_MS_MAX: String(CALL_MS_MAX) } }),
    drawSample(0, { width: 96, height: 64 }).then(({ bytes }) => bytes),
  ]);
  refusing = product.another('upload', { UPLOAD_IF_SHED: 'refuse' });
  await product.upload.start();
  await refusing.start();
});
afterAll(() => product.close());

/** No image is judged in a millisecond. */
const IN_A_MILLISECOND: [string, UploadOptions][] = [
  ['the query', { fields: { deadlineMs: '1' } }],
  ['the form', { fields: { deadlineMs: '1' }, form: true }],
  ['the header', { headers: { 'portcullis-deadline-ms': '1' } }],
  ['the header, against the query', { headers: { 'portcullis-deadline-ms': '1' }, fields: { deadlineMs: '60000' } }],
  ['the query, against the header', { headers: { 'portcullis-deadline-ms': '60000' }, fields: { deadlineMs: '1' } }],
];

const shed = {
  served: false,
  labels: [],
  decision: { revision: 1, verdict: 'block', band: null, source: 'default', reasons: [{ code: 'shed' }] },
};

const problemOf = ({ body }: Answer<unknown>): ProblemBody => body as ProblemBody;

describe('Server-Timing', () => {
  it('shows the stages of an upload as the body does', async () => {
    const { headers, body } = await product.client.upload(jpeg);
    const stages = (headers.get('server-timing') ?? '').split(', ').map((entry) => entry.split(';dur='));
    const shown = Object.fromEntries(stages.map(([stage = '', ms]) => [`${stage}Ms`, Number(ms)]));
    expect(shown).toEqual(body.timing);
    expect(Object.keys(shown).sort()).toEqual(
      ['decodeMs', 'inferenceMs', 'queueMs', 'receiveMs', 'storeMs', 'totalMs'].sort(),
    );
    expect(shown['inferenceMs']).toBeGreaterThan(0);
    expect(shown['storeMs']).toBeGreaterThan(0);
  });

  it('is less than what the processes are metered to have worked', async () => {
    const busy = (): Promise<number> => product.upload.metric('portcullis_worker_busy_seconds_total', { tier: 'fast' });
    const before = await busy();
    const { body } = await product.client.upload(jpeg);
    await eventually('the work is metered', async () => (await busy()) > before);
    expect((await busy()) - before).toBeGreaterThanOrEqual(((body.timing?.inferenceMs ?? Infinity) - 0.01) / 1_000);
  });

  it('is not of a replay, whose stages were another request’s', async () => {
    await product.client.submit(jpeg, { key: 'timed' });
    const { status, headers } = await product.client.upload(jpeg, { key: 'timed' });
    expect([status, headers.get('idempotent-replayed'), headers.get('server-timing')]).toEqual([201, 'true', null]);
  });
});

describe('a deadline', () => {
  it.each(IN_A_MILLISECOND)('in %s that cannot be kept gets the default verdict', async (_where, options) => {
    const { status, headers, body } = await product.client.upload(jpeg, options);
    expect([status, body]).toMatchObject([201, shed]);
    expect(headers.get('server-timing')).toMatch(/^receive;dur=/);
    expect(body.timing).toMatchObject({ queueMs: 0, decodeMs: 0, inferenceMs: 0 });
  });

  it('that can be kept changes nothing', async () => {
    for (const ms of ['3900', '60000']) {
      const { body } = await product.client.upload(jpeg, { fields: { deadlineMs: ms } });
      expect([ms, body.decision.source]).toEqual([ms, 'fast']);
      expect(Object.keys(body)).not.toContain('deadlineMs');
    }
  });

  it('only shortens: an hour of patience is answered within what the service promises', async () => {
    const pid = await product.upload.classifier();
    process.kill(pid, 'SIGSTOP');
    try {
      const held = product.client.upload(jpeg);
      const patient = { fields: { deadlineMs: '60000' }, headers: { 'portcullis-deadline-ms': '60000' } };
      const uploads = [held, ...Array.from({ length: 3 }, () => product.client.upload(jpeg, patient))];
      expect((await Promise.race(uploads)).body).toMatchObject(shed);
      process.kill(pid, 'SIGCONT');
      expect((await Promise.all(uploads)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('is not missed by much: a process that stands still costs its upload the judgement', async () => {
    const pid = await product.upload.classifier();
    process.kill(pid, 'SIGSTOP');
    try {
      const { body } = await product.client.upload(jpeg);
      expect(body.decision).toMatchObject({ source: 'default', reasons: [{ code: 'fast_tier_failed' }] });
      expect(body.timing?.totalMs).toBeGreaterThan(SLO_MS);
      // at the end of what a call may take, the process would have been another
      expect(await product.upload.classifier()).toBe(pid);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('the process works again', async () => {
      const { body } = await product.client.upload(jpeg);
      return body.decision.source === 'fast';
    });
  });

  it.each(['0', '-1', '1.5', 'soon', '', '60001', '1e3'])('of %j is refused in query and form', async (deadlineMs) => {
    for (const form of [false, true]) {
      const answer = await product.client.upload(jpeg, { fields: { deadlineMs }, form });
      const { code, errors } = problemOf(answer);
      expect([answer.status, code]).toEqual([400, 'invalid-request']);
      expect(new Set(errors?.map(({ pointer }) => pointer))).toEqual(new Set(['/deadlineMs']));
    }
  });

  it.each(['0', '-1', '1.5', 'soon', '100000', '007'])('of %j is refused in the header', async (deadline) => {
    const answer = await product.client.upload(jpeg, { headers: { 'portcullis-deadline-ms': deadline } });
    expect([answer.status, problemOf(answer)]).toMatchObject([
      400,
      { code: 'invalid-request', detail: expect.stringContaining('Portcullis-Deadline-Ms') },
    ]);
  });

  it('that was missed is counted by its reason', async () => {
    const missed = IN_A_MILLISECOND.length;
    const late = { where: 'queue', reason: 'too_late' };
    expect(await product.upload.metric('portcullis_sheds_total', late)).toBeGreaterThanOrEqual(missed);
    expect(await product.upload.metric('portcullis_slo_seconds')).toBe(SLO_MS / 1_000);
    const counted = await product.upload.metric('portcullis_provisional_total', { source: 'default' });
    expect(counted).toBe(await product.count(`decision WHERE source = 'default'`));
  });
});

describe('where uploads are refused that cannot be judged in time', () => {
  it.each(IN_A_MILLISECOND)(
    'a deadline in %s that no image can keep is refused, and nothing is stored',
    async (_where, options) => {
      const before = [await product.count('asset'), (await product.stored()).length];
      const answer = await product.client.at(refusing.url).upload(jpeg, options);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
      expect(problemOf(answer)).toMatchObject({
        code: 'invalid-request',
        retryable: false,
        detail: expect.stringMatching(/within a deadline of 1 ms; \d+ ms is the least/),
      });
      expect(answer.headers.get('retry-after')).toBeNull();
      expect([await product.count('asset'), (await product.stored()).length]).toEqual(before);
    },
  );

  it('the idempotency key of a refused upload is still good', async () => {
    const client = product.client.at(refusing.url);
    const options = { key: 'refused once' };
    const refused = await client.upload(jpeg, { ...options, headers: { 'portcullis-deadline-ms': '1' } });
    const accepted = await client.upload(jpeg, options);
    expect([refused.status, accepted.status]).toEqual([400, 201]);
    expect([accepted.body.decision.source, accepted.headers.get('idempotent-replayed')]).toEqual(['fast', null]);
  });

  it('the refusals are counted', async () => {
    const refused = IN_A_MILLISECOND.length + 1;
    expect(await refusing.metric('portcullis_uploads_total', { outcome: 'invalid-request' })).toBe(refused);
    expect(await refusing.metric('portcullis_sheds_total', { where: 'queue', reason: 'too_late' })).toBe(refused);
  });
});

describe('GET /v1/plan', () => {
  it('shows an admin what the service runs on, and the metrics say the same', async () => {
    const admin = product.client.with(await product.addKey('admin', null, []));
    const { status, body } = await admin.get<Plan>('/v1/plan');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      tier: 'fast',
      sloMs: SLO_MS,
      chosen: { modelRef: FAST, workers: 1, threads: 1, batchMax: 1 },
    });
    expect(body.chosen.serviceTimes.map(({ batch }) => batch)).toEqual([1]);
    const planned = async (what: string): Promise<number> => product.upload.metric('portcullis_plan', { what });
    expect([await planned('workers'), await planned('threads'), await planned('batch')]).toEqual([1, 1, 1]);
    expect(await planned('capacity')).toBeCloseTo(body.chosen.capacityPerSecond, 6);
  });

  it('is closed to clients', async () => {
    const { status, body } = await product.client.get('/v1/plan');
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  });
});

describe('the Open Inference Protocol', () => {
  const black = Buffer.alloc(SIDE * SIDE * 3);

  async function infer(client: Product['client'], version = ''): Promise<Answer<OipInferAnswer>> {
    const input = { name: 'image', datatype: 'UINT8', shape: [1, SIDE, SIDE, 3] };
    const head = Buffer.from(
      JSON.stringify({ id: 'a', inputs: [{ ...input, parameters: { binary_data_size: black.length } }] }),
    );
    return client.ask<OipInferAnswer>(`${OIP}${version}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', [OIP_JSON_LENGTH_HEADER]: String(head.length) },
      body: Buffer.concat([head, black]),
    });
  }

  it('tells which model is served', async () => {
    const { sha256 } = await openManifest(path.resolve(import.meta.dirname, '../../models'), FAST);
    const { status, body } = await product.client.get<OipModelMetadata>(OIP);
    expect([status, body]).toMatchObject([
      200,
      { name: 'mobilenet_v2', versions: ['1.1.0'], inputs: [{ shape: [-1, SIDE, SIDE, 3] }], parameters: { sha256 } },
    ]);
    const open = await fetch(`${product.upload.url}${OIP}/ready`);
    expect([open.status, await open.json()]).toEqual([200, { name: 'mobilenet_v2', ready: true }]);
    expect((await product.client.get(`${OIP}/versions/1.0.0`)).status).toBe(404);
  });

  it('gives the scores that an upload of the same picture gets, and stores nothing', async () => {
    const png = await sharp(black, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
    const { body: asset } = await product.client.upload(png);
    const assets = await product.count('asset');
    const { status, body } = await infer(product.client, '/versions/1.1.0');
    expect([status, body]).toMatchObject([200, { id: 'a', model_name: 'mobilenet_v2', model_version: '1.1.0' }]);
    const scores = body.outputs[0]?.data ?? [];
    const expected = (asset.labels ?? []).map(({ score }) => score);
    expect(expected).toHaveLength(5);
    expect(scores).toHaveLength(expected.length);
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index] ?? Number.NaN, 6);
    expect(await product.count('asset')).toBe(assets);
  });

  it('is for keys that may see scores', async () => {
    expect((await infer(product.stranger)).status).toBe(403);
    expect((await product.stranger.get(OIP)).status).toBe(403);
    expect((await infer(product.client.with('pck_nobody'))).status).toBe(401);
  });
});

describe('the heavy tier', () => {
  it('settles what the fast tier had no time for', async () => {
    const unjudged = await product.rows<{ id: string }>(
      `SELECT asset_id AS id FROM decision WHERE revision = 1 AND source = 'default'`,
    );
    expect(unjudged.length).toBeGreaterThanOrEqual(IN_A_MILLISECOND.length);
    await product.batch().start();
    await product.settled();
    for (const { id } of unjudged) {
      const { body } = await product.client.get<AssetAnswer>(`/v1/assets/${id}`);
      expect(body).toMatchObject({
        served: true,
        transition: 'late_release',
        decision: { stage: 'final', source: 'heavy', verdict: 'allow' },
      });
    }
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
