import 'reflect-metadata';
import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { PROBLEMS, type ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestClient } from '../support/test-client.js';
import type { TestService } from '../support/test-service.js';

const FLOOD = 300;

/** How an upload ended. */
interface Sent {
  readonly trafficClass: TrafficClass;
  readonly outcome: 'judged' | 'unjudged' | 'refused';
  readonly body: AssetAnswer | ProblemBody;
}

let product: Product;
/** Where uploads are refused that cannot be judged in time. */
let refusing: TestService;
let jpeg: Uint8Array;

beforeAll(async () => {
  [product, jpeg] = await Promise.all([
    // what stands still here is not to be ended for that
    Product.open({ settings: { FAST_SLO_MS: '600', FAST_CALL_MS_MAX: '120000' } }),
    drawSample(0).then(({ bytes }) => bytes),
  ]);
  refusing = product.another('upload', { UPLOAD_IF_SHED: 'refuse' });
  await product.upload.start();
  await refusing.start();
});
afterAll(() => product.close());

async function send(client: TestClient, trafficClass: TrafficClass = 'normal'): Promise<Sent> {
  const { status, headers, body } = await client.upload(jpeg, { fields: { class: trafficClass } });
  if (status === 201) {
    const outcome = body.decision.source === 'fast' ? 'judged' : 'unjudged';
    return { trafficClass, outcome, body };
  }
  const problem = body as unknown as ProblemBody;
  expect([status, problem]).toMatchObject([503, { code: 'overloaded', retryable: true }]);
  expect(problem.retryAfterMs).toBeGreaterThanOrEqual(1);
  expect(headers.get('retry-after')).toBe(String(Math.ceil((problem.retryAfterMs ?? 0) / 1_000)));
  return { trafficClass, outcome: 'refused', body: problem };
}

/** Hundreds of uploads of all classes at the same moment. */
const flood = (client: TestClient): Promise<Sent[]> =>
  Promise.all(Array.from({ length: FLOOD }, (_, n) => send(client, TRAFFIC_CLASSES[n % TRAFFIC_CLASSES.length])));

const of = (outcome: Sent['outcome'], all: readonly Sent[]): Sent[] => all.filter((sent) => sent.outcome === outcome);

/** Batches that the fast tier has begun. */
const begun = (service: TestService): Promise<number> => service.metric('portcullis_fast_batch_size_count');

/** Has the service's one process stand still, and ends with it at work again. */
async function whileFrozen<T>(service: TestService, work: (thaw: () => void) => Promise<T>): Promise<T> {
  const pid = await service.classifier();
  const thaw = (): void => void process.kill(pid, 'SIGCONT');
  process.kill(pid, 'SIGSTOP');
  try {
    return await work(thaw);
  } finally {
    thaw();
  }
}

describe('a flood of uploads', () => {
  it('is answered: as many as can be are judged, few are accepted unjudged, the rest is sent away at the door', async () => {
    const assets = await product.count('asset');
    const sent = await flood(product.client);
    const [judged, unjudged, refused] = [of('judged', sent), of('unjudged', sent), of('refused', sent)];

    expect(judged.length + unjudged.length + refused.length).toBe(FLOOD);
    expect(judged.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    // a tenth of what is judged, and who was let in before the machine was known to be so slow
    expect(unjudged.length).toBeLessThan(refused.length);

    for (const { body } of unjudged) {
      expect(body).toMatchObject({ served: false, decision: { source: 'default', reasons: [{ code: 'shed' }] } });
    }
    expect(await product.count('asset')).toBe(assets + judged.length + unjudged.length);
    expect((await product.stored()).length).toBe(await product.count('asset'));
    expect(await product.upload.metric('portcullis_sheds_total', { where: 'door' })).toBe(refused.length);
    expect(await product.upload.metric('portcullis_sheds_total', { where: 'queue' })).toBe(unjudged.length);
  });

  it('is judged or refused where nothing may be accepted unjudged, and leaves nothing of the refused', async () => {
    const assets = await product.count('asset');
    const sent = await flood(product.client.at(refusing.url));
    expect(of('unjudged', sent)).toEqual([]);
    const judged = of('judged', sent);
    expect(judged.length).toBeGreaterThan(0);
    expect(of('refused', sent).length).toBeGreaterThan(0);
    expect(await product.count('asset')).toBe(assets + judged.length);
    expect((await product.stored()).length).toBe(assets + judged.length);
  });

  it('is over when it is over: the next upload is judged', async () => {
    for (const service of [product.upload, refusing]) {
      const isJudged = async (): Promise<boolean> => (await send(product.client.at(service.url))).outcome === 'judged';
      await eventually('an upload is judged', isJudged);
      expect(await service.metric('portcullis_fast_pending')).toBe(0);
    }
  });
});

describe('while the fast tier has no time', () => {
  it('the connection of one who is sent away stays usable', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    const ports = new Set<number | undefined>();
    const post = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${product.client.secret}`,
          'content-type': 'image/jpeg',
          'content-length': jpeg.byteLength,
        };
        const sending = httpRequest(`${refusing.url}/v1/assets`, { method: 'POST', agent, headers }, (answer) => {
          ports.add(answer.socket.localPort);
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        });
        sending.on('error', reject).end(jpeg);
      });
    await whileFrozen(refusing, async (thaw) => {
      const before = await begun(refusing);
      const held = send(product.client.at(refusing.url));
      await eventually('the process has one', async () => (await begun(refusing)) > before);
      await eventually('uploads are sent away', async () => (await post()) === PROBLEMS.overloaded.status);
      for (let n = 0; n < 20; n += 1) statuses.push(await post());
      thaw();
      // a slow machine takes more than the second that a look may be late
      expect((await held).outcome).not.toBe('refused');
    });
    expect(new Set(statuses)).toEqual(new Set([PROBLEMS.overloaded.status]));
    await eventually('the same connection gets an upload judged', async () => (await post()) === 201);
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it('bulk has a tenth of the places beside others, and urgent uploads are taken when bulk is refused', async () => {
    const roomy = product.another('upload', { UPLOAD_IF_SHED: 'refuse', FAST_SLO_MS: '4000' });
    await roomy.start();
    const client = product.client.at(roomy.url);
    const places = Math.max(1, Math.floor(0.1 * (await roomy.metric('portcullis_fast_limit'))));
    const [tooMany, urgent] = [5, 5];
    await whileFrozen(roomy, async (thaw) => {
      const running = send(client, 'bulk');
      await eventually('the process has one', async () => (await begun(roomy)) === 1);
      const pending = (): Promise<number> => roomy.metric('portcullis_fast_pending');
      const first = send(client, 'urgent');
      await eventually('an urgent one waits', async () => (await pending()) === 1);
      const bulk = Array.from({ length: places + tooMany }, () => send(client, 'bulk'));
      const sheds = (): Promise<number> => roomy.metric('portcullis_sheds_total');
      await eventually('the rest of bulk is refused', async () => (await sheds()) === tooMany);
      const others = [first, ...Array.from({ length: urgent }, () => send(client, 'urgent'))];
      await eventually('the urgent wait too', async () => (await pending()) === places + others.length);
      thaw();
      const outcomes = (sent: readonly Sent[]): number => of('judged', sent).length;
      expect(outcomes(await Promise.all(others))).toBe(others.length);
      expect(outcomes(await Promise.all(bulk))).toBe(places);
      expect((await running).outcome).toBe('judged');
    });
    await roomy.end('SIGTERM');
  });
});

describe('afterwards', () => {
  it('every asset that was accepted gets its final, judged or not', async () => {
    const unjudged = await product.count(`decision WHERE revision = 1 AND source = 'default'`);
    await product.batch().start();
    await product.settled();
    expect(await product.count(`asset WHERE stage = 'final'`)).toBe(await product.count('asset'));
    expect(await product.count(`asset WHERE transition = 'late_release'`)).toBe(unjudged);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
