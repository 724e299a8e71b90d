import 'reflect-metadata';

import { connect, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pino from 'pino';

import { Open } from '../api-key.guard.js';
import { createHttpService, listen } from '../http-service.js';
import { CONNECTIONS_MAX, UNDER_WAY_MAX } from './bounded-connections.js';

@Controller('asked')
class Asked {
  @Get()
  @Open()
  answer(): object {
    asked += 1;
    return {};
  }
}

let app: NestFastifyApplication;
let port: number;
let asked = 0;

beforeAll(async () => {
  app = await createHttpService(
    { module: class {}, controllers: [Asked] },
    { log: pino({ level: 'silent' }), requestMsMax: 60_000 },
  );
  port = await listen(app, '127.0.0.1', 0);
});
afterAll(() => app.close());

const REQUEST = 'GET /asked HTTP/1.1\r\nhost: a\r\n\r\n';
const LAST = 'GET /asked HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

/** How many answers come to what is sent in one packet, until the connection ends. */
async function answersTo(...packets: readonly string[]): Promise<number> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let [text, next] = ['', 0];
  const send = (): void => {
    const packet = packets[next];
    if (packet !== undefined) socket.write(packet);
    next += 1;
  };
  socket.on('data', (data) => {
    text += data.toString();
    // the next packet when all of this one is answered
    if (count(text) === count(packets.slice(0, next).join(''), /GET /g)) send();
  });
  send();
  await new Promise((resolve) => socket.once('close', resolve));
  return count(text);
}

const count = (text: string, what = /HTTP\/1\.1 200 /g): number => text.match(what)?.length ?? 0;

describe('a connection', () => {
  it('is one of a bounded number', () => {
    expect(app.getHttpServer().maxConnections).toBe(CONNECTIONS_MAX);
  });

  it('brings as many requests at once as it may, and again when they are answered', async () => {
    const packet = REQUEST.repeat(UNDER_WAY_MAX);
    expect(await answersTo(packet, packet, LAST)).toBe(2 * UNDER_WAY_MAX + 1);
  });

  it('ends with more of them, and nothing is done for the others', async () => {
    const before = asked;
    expect(await answersTo(REQUEST.repeat(1_000))).toBe(0);
    expect(asked - before).toBeLessThanOrEqual(UNDER_WAY_MAX);
    expect(await answersTo(LAST)).toBe(1);
  });
});
