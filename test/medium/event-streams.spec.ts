import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { EventStore } from '#persistence/event-store.js';
import { STREAMS_PER_CLIENT_MAX } from '../../apps/upload/events/event-streams.js';
import { addEvents } from '../support/event-rows.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { OpenStream } from '../support/read-events.js';

const CLIENTS = 10;
const STREAMS = CLIENTS * STREAMS_PER_CLIENT_MAX;
const ROUNDS = 5;
const ALL = 10_000;
/** A comment comes every 15 s; a slow reader has ten. A machine that has much to do adds to both. */
const NOTICED_MS_MAX = 40_000;
/** More than the buffers of both ends of a connection take. */
const BIG = { events: 400, bytes: 30_000 };

interface Reader {
  readonly id: string;
  readonly secret: string;
}

let product: Product;
let idle: OpenStream;
const sockets: Socket[] = [];
beforeAll(async () => {
  product = await Product.open();
  await product.upload.start();
  idle = await OpenStream.open(await client('idle'), product.upload.url);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await idle.close();
  await product.close();
});

async function client(name: string): Promise<Reader> {
  const id = await product.access.ensureClient(name);
  return { id, secret: await product.addKey('client', id, ['read']) };
}

const order = (): Promise<number> => new EventStore(product.database).order(ALL);

/** Ids of a client's events in order. */
async function told(clientId: string): Promise<string[]> {
  const rows = await product.rows<{ id: string }>(`SELECT id FROM event WHERE client_id = $1 ORDER BY seq`, [clientId]);
  return rows.map(({ id }) => id);
}

/** A reader who is cut off and comes back with what it had last. */
class Returning {
  readonly had: string[] = [];
  private open: OpenStream | undefined;

  constructor(readonly reader: Reader) {}

  get all(): string[] {
    return [...this.had, ...(this.open?.ids ?? [])];
  }

  async come(lastEventId?: string): Promise<void> {
    const { url } = product.upload;
    // of the connection before the service may not know yet that it is over
    this.open = await eventually('there is room', () => OpenStream.open(this.reader, url, { lastEventId }));
    await eventually('it knows where it begins', () => this.open?.lastEventId);
  }

  /** Breaks off, wherever it is. */
  async breakOff(): Promise<string | undefined> {
    await this.open?.close();
    this.had.push(...(this.open?.ids ?? []));
    const last = this.open?.lastEventId;
    this.open = undefined;
    return last;
  }
}

describe('streams of the service', () => {
  it(`are held, ${STREAMS} at once; whoever is cut off and comes back misses nothing and has nothing twice`, async () => {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(`reader ${n}`)));
    const readers = clients.flatMap((one) => Array.from({ length: STREAMS_PER_CLIENT_MAX }, () => new Returning(one)));
    await Promise.all(readers.map((reader) => reader.come()));
    expect(await product.upload.metric('portcullis_event_streams')).toBe(STREAMS + 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { id } of clients) await addEvents(product.database, id, randomInt(1, 20));
      const cut = readers.filter(() => randomInt(3) === 0);
      const [early, late] = [cut.slice(0, cut.length / 2), cut.slice(cut.length / 2)];
      const lastOfEarly = await Promise.all(early.map((reader) => reader.breakOff()));
      // some are away while it happens, others are cut off while they are told
      const ordered = order();
      const lastOfLate = await Promise.all(late.map((reader) => reader.breakOff()));
      await ordered;
      const last = [...lastOfEarly, ...lastOfLate];
      await Promise.all([...early, ...late].map((reader, n) => reader.come(last[n])));
    }
    for (const { id } of clients) {
      const all = await told(id);
      const mine = readers.filter(({ reader }) => reader.id === id);
      await eventually('all have all', () => mine.every((reader) => reader.all.length >= all.length));
      expect(mine.map((reader) => reader.all)).toEqual(mine.map(() => all));
    }
    await Promise.all(readers.map((reader) => reader.breakOff()));
  });

  it('end for a reader who takes nothing; others who read the same go on', async () => {
    const shop = await client('with a slow reader');
    const quick = await OpenStream.open(shop, product.upload.url);
    const slow = connect(Number(new URL(product.upload.url).port), '127.0.0.1');
    sockets.push(slow);
    slow.on('error', () => undefined);
    slow.write(`GET /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${shop.secret}\r\n\r\n`);
    await once(slow, 'readable');
    await addEvents(product.database, shop.id, BIG.events);
    await product.rows(
      `UPDATE event SET data = data || jsonb_build_object('note', repeat('x', $2)) WHERE client_id = $1`,
      [shop.id, BIG.bytes],
    );
    await order();
    const all = await told(shop.id);
    await eventually('the quick one has all', () => quick.frames.length === all.length);
    const isDropped = async (): Promise<boolean> =>
      (await product.upload.metric('portcullis_event_streams_ended_total', { by: 'slow' })) === 1;
    await eventually('the slow one is dropped', isDropped, NOTICED_MS_MAX);
    await addEvents(product.database, shop.id, 1);
    await order();
    await eventually('the quick one goes on', () => quick.frames.length === all.length + 1);
    expect(quick.ids).toEqual(await told(shop.id));
    await quick.close();
  });

  it('say that they live, though nothing happens', async () => {
    await eventually('a comment comes', () => idle.beats > 0, NOTICED_MS_MAX);
    expect(idle.frames).toEqual([]);
  });
});
