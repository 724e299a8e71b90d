import 'reflect-metadata';

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pino from 'pino';

import { Open } from '../api-key.guard.js';
import { createHttpService, listen } from '../http-service.js';

@Controller('fine')
class Fine {
  @Get()
  @Open()
  read(): object {
    return { code: 'fine' };
  }
}

/** More than both ends of a connection hold. */
const BODY_BYTES = 64 * 1_048_576;
const PIECE = Buffer.alloc(65_536);

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

/** A service that refuses what is sent to an address that it does not know when it has seen the head. */
async function connectTo(lingerMsMax: number, rawBodies: boolean, isRead = false): Promise<Socket> {
  const module = { module: class {}, controllers: [Fine] };
  app = await createHttpService(module, { log: pino({ level: 'silent' }), requestMsMax: 60_000, rawBodies });
  if (rawBodies)
    app
      .getHttpAdapter()
      .getInstance()
      .addContentTypeParser('*', (_request, body, done) => done(null, body));
  const socket = connect(await listen(app, '127.0.0.1', 0, lingerMsMax), '127.0.0.1');
  const type = rawBodies ? 'image/jpeg' : 'application/json';
  const head = isRead
    ? ['GET /fine HTTP/1.1', 'connection: close', `content-length: ${PIECE.byteLength}`]
    : ['POST /nothing HTTP/1.1', `content-length: ${BODY_BYTES}`];
  socket.write([...head, 'host: a', `content-type: ${type}`, '\r\n'].join('\r\n'));
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe.each([
  ['takes bodies as they come', true, 404, 'not-found'],
  ['takes JSON', false, 413, 'too-large'],
])('an answer before the end of its request, of a service that %s,', (_case, rawBodies, status, code) => {
  it('is there for who sends everything before it reads', async () => {
    const socket = await connectTo(60_000, rawBodies);
    for (let sent = 0; sent < BODY_BYTES; sent += PIECE.byteLength) {
      if (!socket.write(PIECE)) await once(socket, 'drain');
    }
    const answer = await readAll(socket);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toMatch(/^connection: close$/im);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('ends its connection when the request is here, which nobody wants to read', async () => {
    const socket = await connectTo(60_000, rawBodies, true);
    socket.write(PIECE);
    expect(await readAll(socket)).toContain('"code":"fine"');
  });

  it('is whole before its connection ends, which waits for nobody who stops sending', async () => {
    const socket = await connectTo(10, rawBodies);
    expect(await readAll(socket)).toContain(`"code":"${code}"`);
  });
});
