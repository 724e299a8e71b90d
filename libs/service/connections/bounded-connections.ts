import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { dropUnread } from './drop-unread.js';

/** Requests of one connection that are not answered. Nearly nobody sends another one before (RFC 9112, section 9.3.2). */
export const UNDER_WAY_MAX = 16;
/**
 * Who takes nothing of an answer for so long is dropped. A reader may take as long as it likes, if it reads; of a stream, too:
 * before anything waits here, the buffers of both systems are full. Linux tells that something of its own, of up to 4 MB, was
 * taken when a third is free again: a reader of 50 kB/s is seen to read every 30 s.
 */
const UNREAD_MS_MAX = 120_000;
/** Of one service; each takes some 20 kB. More are closed as they come. */
export const CONNECTIONS_MAX = 10_000;

/** Answers that have not been written to their end. */
const underWay = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * Bounds what one connection holds: thousands of requests fit into a packet, and each of their answers stays in memory until
 * somebody reads it. To be called before whatever else looks at requests.
 */
export function boundConnections(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.server.maxConnections = CONNECTIONS_MAX;
  fastify.server.on('connection', (socket: Socket) => dropUnread(socket, UNREAD_MS_MAX));
  fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const answers = underWay.get(socket) ?? new Set();
    if (answers.size >= UNDER_WAY_MAX) {
      // the others of the packet come here, too
      reply.hijack();
      socket.destroy();
      return;
    }
    underWay.set(socket, answers.add(reply.raw));
    reply.raw.once('close', () => answers.delete(reply.raw));
    done();
  });
}

/** Whether an answer has begun on a connection and not ended: nothing else may be written to it. */
export const isAnswering = (socket: Socket): boolean =>
  [...(underWay.get(socket) ?? [])].some(({ headersSent }) => headersSent);
