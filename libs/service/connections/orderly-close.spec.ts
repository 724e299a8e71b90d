import 'reflect-metadata';

import { connect, type Socket } from 'node:net';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import pino from 'pino';

import { eventually } from '../../../test/support/eventually.js';
import { Open } from '../api-key.guard.js';
import { createHttpService, listen } from '../http-service.js';

/** A reply is waited for by whoever awaits it: it is kept in something. */
let underWay: { readonly reply: FastifyReply } | undefined;

@Controller()
class Slow {
  /** Answers when the test does. */
  @Get('slow')
  @Open()
  slow(@Res() reply: FastifyReply): void {
    underWay = { reply };
  }

  /** Has begun an answer that ends when the test ends it, and may be followed by others. */
  @Get('begun')
  @Open()
  begun(@Res() reply: FastifyReply): void {
    underWay = { reply };
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': '5' }).write('be');
  }
}

let app: NestFastifyApplication;
let socket: Socket;
let heard: string;

const ask = (path: string): boolean => socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);

beforeEach(async () => {
  underWay = undefined;
  heard = '';
  const log = pino({ level: 'silent' });
  app = await createHttpService({ module: class {}, controllers: [Slow] }, { log, requestMsMax: 60_000 });
  socket = connect(await listen(app, '127.0.0.1', 0), '127.0.0.1');
  socket.on('data', (data) => (heard += data.toString()));
});

describe('a service that closes', () => {
  it('answers what is in hand, and ends its connection with that', async () => {
    ask('/slow');
    const { reply } = await eventually('it is asked', () => underWay);
    const closed = app.close();
    await eventually('it takes no more', () => !app.getHttpServer().listening);
    void reply.send('done');
    await closed;
    await eventually('the answer is there', () => heard.endsWith('done'));
    expect(heard).toMatch(/^HTTP\/1\.1 200 [^]*connection: close\r\n/i);
  });

  it('refuses in our words what still comes over a connection', async () => {
    ask('/begun');
    const { reply } = await eventually('it is asked', () => underWay);
    const closed = app.close();
    await eventually('it takes no more', () => !app.getHttpServer().listening);
    ask('/slow');
    underWay = undefined;
    reply.raw.end('gun');
    await closed;
    await eventually('both answers are there', () => heard.includes('"code"'));
    expect(heard).toMatch(/begunHTTP\/1\.1 503 [^]*retry-after: 1\r\n[^]*"code":"overloaded","retryable":true/i);
    expect(underWay).toBeUndefined();
  });
});
