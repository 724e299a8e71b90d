import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import type { DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '#contracts/webhook-answer.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { OpenStream } from '../support/read-events.js';
import { Receiver, verified } from '../support/receiver.js';
import type { Answer } from '../support/test-client.js';

const UPLOADS = 6;

let product: Product;
let receiver: Receiver;
let jpeg: Uint8Array;
beforeAll(async () => {
  receiver = await Receiver.listen();
  const settings = {
    WEBHOOK_HTTP: 'allow',
    WEBHOOK_MS_MAX: '1000',
    FETCH_PRIVATE_NETWORKS: '127.0.0.0/8',
    FETCH_PRIVATE_PORTS: String(receiver.port),
  };
  product = await Product.open({ settings });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
});
afterAll(async () => {
  await product.close();
  await receiver.close();
});

const asked = <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  product.client.ask<T>(`/v1/webhooks${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

it('tells every event at least once and under one id, though who tells it is killed in the middle', async () => {
  const { status, body: endpoint } = await asked<NewEndpointAnswer>('POST', '', { url: receiver.url('/hooks') });
  expect([status, endpoint.state]).toEqual([201, 'enabled']);
  const stream = await OpenStream.open(product.client, product.upload.url);
  receiver.answer('/hooks', () => undefined);
  const first = product.batch();
  await first.start();
  const ids = await Promise.all(Array.from({ length: UPLOADS }, () => product.client.submit(jpeg)));
  await product.settled();
  await eventually('some are under way', () => receiver.received.length > 0);
  await first.end('SIGKILL');

  receiver.answer('/hooks', (_, response) => void response.writeHead(204).end());
  const second = product.batch();
  await second.start();
  const delivered = async (): Promise<boolean> => {
    const { items } = (await asked<DeliveryPage>('GET', `/${endpoint.id}/deliveries?state=delivered`)).body;
    return items.length === UPLOADS;
  };
  await eventually('all are delivered', delivered);
  const byAsset = new Map<string, Set<string>>();
  for (const received of receiver.received) {
    const { type, data } = verified(received, endpoint.secret);
    if (type !== 'asset.final' && type !== 'asset.superseded') throw new Error(`nobody has asked for ${type}`);
    byAsset.set(data.assetId, (byAsset.get(data.assetId) ?? new Set()).add(received.id));
  }
  expect([...byAsset.keys()].sort()).toEqual([...ids].sort());
  expect([...byAsset.values()].map(({ size }) => size)).toEqual(ids.map(() => 1));
  expect(receiver.received.length).toBeGreaterThan(UPLOADS);

  await eventually('the stream has them, too', () => stream.frames.length === UPLOADS);
  expect(new Set(stream.ids)).toEqual(new Set(receiver.received.map(({ id }) => id)));
  // counted just after it was committed
  const counted = (): Promise<number> => second.metric('portcullis_webhook_tries_total', { outcome: 'delivered' });
  await eventually('all are counted', async () => (await counted()) === UPLOADS);
  expect((await asked<EndpointAnswer>('GET', `/${endpoint.id}`)).body).toMatchObject({ failingSince: null });
  await stream.close();
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
});

it('ends streams when their key is revoked, and when the service ends', async () => {
  const secret = await product.addKey('client', product.client.id, ['read']);
  const revoked = await OpenStream.open({ secret }, product.upload.url);
  const kept = await OpenStream.open(product.client, product.upload.url);
  await product.rows(`UPDATE api_key SET revoked_at = now() WHERE prefix = $1`, [secret.slice(0, 12)]);
  await revoked.ended;
  // held up by a stream, which is open for as long as its reader likes, it would end by force and with another code
  expect(await product.upload.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await kept.ended;
});
