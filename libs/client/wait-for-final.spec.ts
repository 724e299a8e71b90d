import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';

import { Problem, problemBody, type ProblemCode } from '../contracts/problems.js';
import { eventually } from '../../test/support/eventually.js';
import { cut, json, ScriptedServer, type Answering, type Asked } from '../../test/support/scripted-server.js';

import { DeadlineError } from './errors.js';
import type { AssetEvent } from './event-answers.js';
import { Portcullis } from './portcullis.js';
import { ErasedError, EventsGoneError, ForbiddenError } from './problem-errors.js';

let server: ScriptedServer;
let streams: ServerResponse[];
let finals: Set<string>;
const stop = new AbortController();

beforeAll(async () => {
  server = await ScriptedServer.listen();
});
afterEach(() => {
  for (const stream of streams) stream.destroy();
});
afterAll(async () => {
  stop.abort();
  await server.close();
});

const problem = (code: ProblemCode): Answering => {
  const body = problemBody(new Problem(code, 'Why.', { retryAfterMs: 1 }), 'x');
  return json(body.status, body);
};

/** A service whose streams are held open, and whose assets have their finals when they are told so. */
function serve(open: Answering = opened, read?: Answering): Portcullis {
  streams = [];
  finals = new Set();
  server.says((response, asked) => {
    const other = asked.url.startsWith('/v1/events') ? open : read;
    if (other !== undefined) {
      other(response, asked);
      return;
    }
    const id = asked.url.slice('/v1/assets/'.length);
    const stage = finals.has(id) ? 'final' : 'provisional';
    json(200, { id, decision: { revision: finals.has(id) ? 2 : 1, stage } })(response, asked);
  });
  return new Portcullis({ url: server.url, key: 'k' });
}

const opened: Answering = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  streams.push(response);
};

const frame = (id: string, assetId: string): string =>
  `id: ${id}\nevent: asset.final\ndata: {"type":"asset.final","timestamp":"t","data":{"assetId":"${assetId}"}}\n\n`;

const asked = (path: string): Asked[] => server.asked.filter(({ url }) => url.startsWith(path));

const streamThere = (count = 1): Promise<true> => eventually('a stream is open', () => streams.length >= count);

describe('waiting for a final', () => {
  it('that is there opens no stream', async () => {
    const client = serve();
    finals.add('a');
    expect(await client.waitForFinal('a')).toMatchObject({ id: 'a', decision: { stage: 'final' } });
    expect(asked('/v1/events')).toEqual([]);
  });

  it('is ended by an event; many share one stream', async () => {
    const client = serve();
    const seen: number[] = [];
    const waits = ['a', 'b', 'c'].map((id) =>
      client.waitForFinal(id, { onDecision: ({ decision }) => seen.push(decision.revision) }),
    );
    await streamThere();
    await eventually('everybody has looked again', () => asked('/v1/assets').length >= 6);
    for (const id of ['c', 'b', 'a']) {
      finals.add(id);
      streams[0]?.write(frame(`e-${id}`, id));
    }
    expect((await Promise.all(waits)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual([1, 1, 1, 2, 2, 2]);
    expect(asked('/v1/events')).toHaveLength(1);
    await eventually('the stream is closed', () => streams[0]?.destroyed === true);
  });

  it('goes on over broken streams, behind the last event', async () => {
    const client = serve();
    const wait = client.waitForFinal('a');
    await streamThere();
    await eventually('it has looked again', () => asked('/v1/assets').length >= 2);
    streams[0]?.write(frame('e-1', 'a'));
    await eventually('the event was taken', () => asked('/v1/assets').length >= 3);
    streams[0]?.socket?.resetAndDestroy();
    await streamThere(2);
    expect(asked('/v1/events')[1]?.headers['last-event-id']).toBe('e-1');
    finals.add('a');
    streams[1]?.write(frame('e-2', 'a'));
    await wait;
  });

  it('goes on behind what the stream opened with, when it broke before its first event', async () => {
    const client = serve((response, one) => {
      opened(response, one);
      response.write('id: e-0\n\n');
    });
    const wait = client.waitForFinal('a');
    await streamThere();
    await eventually('it has looked again', () => asked('/v1/assets').length >= 2);
    streams[0]?.socket?.destroySoon();
    await streamThere(2);
    expect(asked('/v1/events')[1]?.headers['last-event-id']).toBe('e-0');
    finals.add('a');
    streams[1]?.write(frame('e-1', 'a'));
    await wait;
  });

  it.each<[string, Answering]>([
    ['a service without streams', problem('not-found')],
    ['a key that may not listen', problem('forbidden')],
    ['too many streams', problem('too-many-streams')],
    ['a connection that breaks', cut],
  ])('asks now and then, with %s', async (_case, open) => {
    const client = serve(open);
    const wait = client.waitForFinal('a');
    await eventually('it asks again', () => asked('/v1/assets').length >= 2);
    finals.add('a');
    expect(await wait).toMatchObject({ id: 'a' });
  });

  it('outlives a service that is away', async () => {
    let looks = 0;
    const client = serve(cut, (response, one) => {
      looks += 1;
      const asset = { id: 'a', decision: { revision: 1, stage: looks > 5 ? 'final' : 'provisional' } };
      const answer = looks % 2 === 1 ? cut : json(200, asset);
      answer(response, one);
    });
    expect(await client.waitForFinal('a')).toMatchObject({ decision: { stage: 'final' } });
  });

  it('waits to its end, also where the service asks to be left alone for longer', async () => {
    const busy = problemBody(new Problem('overloaded', 'Why.', { retryAfterMs: 60_000 }), 'x');
    const client = serve(opened, json(busy.status, busy));
    const began = performance.now();
    await expect(client.waitForFinal('a', { timeoutMs: 300 })).rejects.toThrow('not within 300 ms');
    expect(performance.now() - began).toBeGreaterThan(290);
    await expect(client.batches.waitForEnd('a', { timeoutMs: 80 })).rejects.toMatchObject({
      message: 'not within 80 ms',
      cause: { code: 'overloaded' },
    });
  });

  it('has an end, by time, by its caller, and by what cannot change', async () => {
    const client = serve();
    await expect(client.waitForFinal('a', { timeoutMs: 80 })).rejects.toThrow('not within 80 ms');
    await expect(client.waitForFinal('a', { timeoutMs: 80 })).rejects.toThrow(DeadlineError);
    const reason = new Error('enough');
    const mine = new AbortController();
    const wait = client.waitForFinal('a', { signal: mine.signal });
    await streamThere();
    mine.abort(reason);
    await expect(wait).rejects.toBe(reason);
    await expect(serve(opened, problem('erased')).waitForFinal('a')).rejects.toThrow(ErasedError);
  });
});

describe('events', () => {
  it('come once each, over reconnects, with those passed over that nobody knows', async () => {
    const client = serve();
    const mine = new AbortController();
    const events = client.events({ types: ['asset.final'], signal: mine.signal });
    const taken: string[] = [];
    const take = async (): Promise<void> => {
      const { value } = (await events.next()) as { value: AssetEvent };
      taken.push(value.id);
    };
    const first = take();
    await streamThere();
    streams[0]?.write(`id: e-0\nevent: news\ndata: {"type":"asset.news","data":{"assetId":"a"}}\n\n: \n\n`);
    streams[0]?.write(frame('e-1', 'a') + frame('e-2', 'a'));
    await first;
    await take();
    streams[0]?.end();
    const third = take();
    await streamThere(2);
    streams[1]?.write(frame('e-3', 'b'));
    await third;
    expect(taken).toEqual(['e-1', 'e-2', 'e-3']);
    expect(asked('/v1/events').map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
      ['/v1/events?types=asset.final', undefined],
      ['/v1/events?types=asset.final', 'e-2'],
    ]);
    const reason = new Error('enough');
    const last = events.next();
    mine.abort(reason);
    await expect(last).rejects.toBe(reason);
  });

  it('tell of endpoints that nothing is sent to any more, too', async () => {
    const events = serve().events({ types: ['endpoint.disabled'] });
    const next = events.next();
    await streamThere();
    const said = { type: 'endpoint.disabled', timestamp: '', data: { endpointId: 'x', why: 'gone' } };
    streams[0]?.write(`id: e-1\nevent: endpoint.disabled\ndata: ${JSON.stringify(said)}\n\n`);
    expect((await next).value).toEqual({ id: 'e-1', ...said });
    await events.return(undefined);
  });

  it('that are not kept any more, or not for this key, are told so', async () => {
    await expect(serve(problem('events-gone')).events({ lastEventId: 'e' }).next()).rejects.toThrow(EventsGoneError);
    await expect(serve(problem('forbidden')).events().next()).rejects.toThrow(ForbiddenError);
  });

  it('end the connection when nobody reads them any more', async () => {
    const client = serve();
    const read = async (): Promise<void> => {
      for await (const { id } of client.events()) if (id === 'e-1') return;
    };
    const reading = read();
    await streamThere();
    streams[0]?.write(frame('e-1', 'a'));
    await reading;
    await eventually('the stream is closed', () => streams[0]?.destroyed === true);
  });
});
