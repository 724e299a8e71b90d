import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { OperationalError, StartRefused } from '#contracts/errors.js';
import { Problem, problemBody, type ProblemCode } from '#contracts/problems.js';

import { cut, json, ScriptedServer, type Answering } from '../../../test/support/scripted-server.js';
import { ItemSender, type Sent } from './item-sender.js';
import { ItemFault, type OpenedItem } from './place.js';

const BYTES = Buffer.from('an image');
const ITEM = { key: Buffer.from('a b.jpg'), version: '8 1' };

let server: ScriptedServer;
beforeAll(async () => {
  server = await ScriptedServer.listen();
});
afterAll(() => server.close());

const sender = (url = server.url): ItemSender =>
  new ItemSender({ url, key: 'k', sourceId: 's', location: '/srv/pictures', trafficClass: 'bulk' });

function problem(code: ProblemCode, retryAfterMs?: number): Answering {
  const body = problemBody(new Problem(code, 'Why.', retryAfterMs === undefined ? {} : { retryAfterMs }), 'x');
  return json(body.status, body);
}

async function* chunks(fault?: Error): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(BYTES);
  if (fault !== undefined) throw fault;
}

const opened = (fault?: Error): OpenedItem => ({
  bytes: BYTES.byteLength,
  chunks: chunks(fault),
  close: () => Promise.resolve(),
});

async function sent(answer: Answering, digest?: string): Promise<Sent> {
  server.says(answer);
  return sender().send(ITEM, opened(), digest);
}

const accepted = json(201, { id: 'a', decision: { verdict: 'block' } });

describe('an item that is sent', () => {
  it('has the same key in every run, another for other bytes, and says where it is from', async () => {
    expect(await sent(accepted)).toEqual({ kind: 'accepted', assetId: 'a', verdict: 'block' });
    const [first] = server.asked;
    // names of files are in no address, which is in every proxy's log
    expect(first?.url).toBe('/v1/assets?class=bulk');
    const field = (name: string): string | undefined =>
      new RegExp(`name="${name}"[^]*?\r\n\r\n([^]*?)\r\n--`).exec(first?.body ?? '')?.[1];
    expect([field('externalId'), field('class'), field('file')]).toEqual(['a b.jpg', 'bulk', 'an image']);
    expect(JSON.parse(field('metadata') ?? '')).toEqual({
      source: 's',
      sourceLocation: '/srv/pictures',
      sourceVersion: '8 1',
    });
    const key = first?.headers['idempotency-key'];
    await sent(accepted);
    expect(server.asked[0]?.headers['idempotency-key']).toBe(key);
    await sent(accepted, 'digest');
    expect(server.asked[0]?.headers['idempotency-key']).toBe(`${String(key)}.digest`);
  });

  it.each<[string, Answering, Partial<Sent>]>([
    ['refused, by its code', problem('undecodable'), { kind: 'refused', reason: 'undecodable' }],
    ['refused, by a proxy', json(413, {}), { kind: 'refused', reason: 'http_413' }],
    ['late', problem('overloaded', 250), { kind: 'late', retryAfterMs: 250 }],
    ['late, by a proxy', json(502, {}, { 'retry-after': '3' }), { kind: 'late', retryAfterMs: 3_000 }],
    ['a defect', problem('defect'), { kind: 'service_error' }],
    ['no asset', json(201, []), { kind: 'service_error' }],
    ['no provisional decision', json(201, { id: 'a', decision: { verdict: 'review' } }), { kind: 'service_error' }],
    ['a broken connection', cut, { kind: 'broken' }],
    [
      'known under its key with other bytes',
      problem('key-reused'),
      { kind: 'key_reused', digest: createHash('sha256').update(BYTES).digest('hex') },
    ],
  ])('is told to be %s, and is sent once', async (_case, answer, expected) => {
    expect(await sent(answer)).toMatchObject(expected);
    expect(server.asked).toHaveLength(1);
  });

  it('ends the run where the fault is not its own', async () => {
    await expect(sent(problem('unauthorized'))).rejects.toThrow(StartRefused);
    await expect(sent(json(404, {}))).rejects.toThrow(OperationalError);
    const fault = new ItemFault('changing', 'it changed');
    server.says(accepted);
    await expect(sender().send(ITEM, opened(fault))).rejects.toBe(fault);
    expect(await sender('http://127.0.0.1:9').send(ITEM, opened())).toMatchObject({ kind: 'broken' });
    expect(await sender('http://127.0.0.1:9').isThere()).toBe(false);
  });
});
