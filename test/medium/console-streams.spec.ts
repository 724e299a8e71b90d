import 'reflect-metadata';

import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Principal } from '#contracts/access.js';
import { dropUnread } from '#service/connections/drop-unread.js';
import { UNDER_WAY_MAX } from '#service/connections/bounded-connections.js';
import { Open } from '#service/api-key.guard.js';
import { createHttpService, listen } from '#service/http-service.js';
import { createLogger } from '#telemetry/logger.js';
import { holdStream, type RawReply } from '../../apps/console/live/hold-stream.js';
import { LiveFeed } from '../../apps/console/live/live-feed.js';
import { UNTAKEN_BYTES_MAX } from '../../apps/console/live/live-stream.js';
import { StreamPlaces } from '../../apps/console/live/stream-places.js';
import { eventually } from '../support/eventually.js';

const ANN: Principal = { keyId: 's1', role: 'moderator', clientId: null, holder: 'ann', scopes: [] };
/** What a stream is told each time: two of them are more than may wait. */
const STATE_BYTES = 40_000;
/** For the bound of the services, which is a hundred times as long. */
const UNREAD_MS = 200;

/** How often the feed has looked. */
let looks: number;
/** How often was looked whether the reader takes anything. */
let watched: number;
/** Everything that is looked at is another one than before. */
let isBusy: boolean;
let feed: LiveFeed;
let app: NestFastifyApplication;
let port: number;
let out: ServerResponse | undefined;
/** The most that waited to be taken by one reader at once. */
let most: number;

@Controller('live')
class Live {
  @Get()
  @Open()
  read(@Res() reply: RawReply): void {
    out = reply.raw;
    holdStream(feed, ANN, reply);
  }
}

/** The bound of connections, which is counted how often it looks. */
function watch(socket: Socket): void {
  dropUnread(
    {
      get bytesWritten() {
        watched += 1;
        return socket.bytesWritten;
      },
      get writableLength() {
        return socket.writableLength;
      },
      destroy: () => socket.destroy(),
      once: (event, listener) => socket.once(event, listener),
    },
    UNREAD_MS,
  );
}

beforeEach(async () => {
  [looks, watched, most, out, isBusy] = [0, 0, 0, undefined, true];
  feed = new LiveFeed({
    event: 'queue',
    pollMs: 1,
    places: new StreamPlaces(),
    listeners: () => Promise.resolve([{ id: 's1', role: 'moderator' }]),
    look: () => {
      if (isBusy) looks += 1;
      most = Math.max(most, out?.writableLength ?? 0);
      return Promise.resolve(`${looks} ${'x'.repeat(STATE_BYTES)}`);
    },
    onError: (error) => {
      throw error;
    },
  });
  const log = createLogger('console', 'silent');
  app = await createHttpService({ module: class {}, controllers: [Live] }, { log, requestMsMax: 60_000 });
  port = await listen(app, '127.0.0.1', 0);
  feed.start();
});
afterEach(async () => {
  await feed.stop();
  await app.close();
});

/** A page that listens, and reads only when it is told to. */
class Page {
  text = '';
  isGone = false;
  readonly socket: Socket;

  constructor(requests = 1) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined).on('close', () => (this.isGone = true));
    this.socket.pause();
    this.socket.write('GET /live HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(requests));
  }

  /** Reads on: as it comes, or a little now and then. */
  read(everyMs = 0): void {
    this.socket.on('data', (data) => {
      // the last of them is what is looked at
      this.text = (this.text + data.toString()).slice(-3 * STATE_BYTES);
      if (everyMs === 0) return;
      this.socket.pause();
      setTimeout(() => this.socket.resume(), everyMs);
    });
    this.socket.resume();
  }

  /** The newest state that it has heard of; 0 before the first. */
  get newest(): number {
    return Number([...this.text.matchAll(/data: "(\d+) /g)].at(-1)?.[1] ?? 0);
  }
}

const isHeld = (): boolean => out !== undefined && !out.destroyed;

describe('a page that listens', () => {
  it('and does not look for as long as it likes hears how things stand when it does', async () => {
    app.getHttpServer().on('connection', watch);
    isBusy = false;
    const page = new Page();
    await eventually('it is told', () => (out?.socket?.bytesWritten ?? 0) > STATE_BYTES);
    const before = watched;
    await eventually('four times the bound is over', () => watched > before + 16);
    looks = 7;
    page.read();
    await eventually('it hears the newest', () => page.newest === 7);
    expect([isHeld(), page.isGone]).toEqual([true, false]);
  });

  it('and reads nothing while much happens holds a bounded part of the memory, until it is dropped', async () => {
    app.getHttpServer().on('connection', watch);
    const page = new Page();
    await eventually('as much waits as may', () => most > UNTAKEN_BYTES_MAX);
    const before = looks;
    await eventually('it is dropped', () => out?.destroyed === true);
    expect(looks).toBeGreaterThan(before);
    expect(most).toBeLessThan(UNTAKEN_BYTES_MAX + 2 * STATE_BYTES);
    page.read();
    await eventually('it knows', () => page.isGone);
  });

  it('and reads slowly is left alone, and hears the newest', async () => {
    const page = new Page();
    await eventually('as much waits as may', () => most > UNTAKEN_BYTES_MAX);
    const before = looks;
    page.read(2);
    await eventually('it has heard of what came since', () => page.newest > before);
    expect([isHeld(), page.isGone]).toEqual([true, false]);
    expect(most).toBeLessThan(UNTAKEN_BYTES_MAX + 2 * STATE_BYTES);
  });

  it('and asks for more than a connection may ends', async () => {
    const page = new Page(UNDER_WAY_MAX + 1);
    page.read();
    await eventually('it is gone', () => page.isGone);
  });
});
