import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pino from 'pino';

import { createHttpService, listen } from '#service/http-service.js';

import { acceptUploadBodies } from '../assets/upload-bodies.js';
import { lingerWithAnswers } from './lingering-answers.js';

class Nothing {}

/** More than both ends of a connection hold. */
const BODY_BYTES = 64 * 1_048_576;
const PIECE = Buffer.alloc(65_536);

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

/** A service that knows no address: whatever is sent to it is answered at once. */
async function connectTo(lingerMsMax: number): Promise<Socket> {
  app = await createHttpService(
    { module: Nothing },
    { log: pino({ level: 'silent' }), requestMsMax: 60_000, rawBodies: true },
  );
  await acceptUploadBodies(app, 2 * BODY_BYTES);
  lingerWithAnswers(app, lingerMsMax);
  const socket = connect(await listen(app, '127.0.0.1', 0), '127.0.0.1');
  socket.write(`POST /nothing HTTP/1.1\r\nhost: a\r\ncontent-length: ${BODY_BYTES}\r\n\r\n`);
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('an answer before the end of its request', () => {
  it('is there for who sends everything before it reads', async () => {
    const socket = await connectTo(60_000);
    for (let sent = 0; sent < BODY_BYTES; sent += PIECE.byteLength) {
      if (!socket.write(PIECE)) await once(socket, 'drain');
    }
    const answer = await readAll(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toMatch(/^connection: close$/im);
    expect(answer).toContain('"code":"not-found"');
  });

  it('is whole before its connection ends, which waits for nobody who stops sending', async () => {
    const socket = await connectTo(10);
    expect(await readAll(socket)).toContain('"code":"not-found"');
  });
});
