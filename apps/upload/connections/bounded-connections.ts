import type { Socket } from 'node:net';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { dropUnread } from './drop-unread.js';

/** Requests of one connection that are not answered. Nearly nobody sends another one before (RFC 9112, section 9.3.2). */
export const UNDER_WAY_MAX = 16;
/** Who takes nothing of an answer for so long is dropped. A reader may take as long as it likes, if it reads. */
const UNREAD_MS_MAX = 20_000;

/**
 * Bounds what one connection holds: thousands of requests fit into a packet, and each of their answers stays in memory until
 * somebody reads it. To be called before whatever else looks at requests.
 */
export function boundConnections(app: NestFastifyApplication): void {
  const underWay = new WeakMap<Socket, number>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.server.on('connection', (socket: Socket) => dropUnread(socket, UNREAD_MS_MAX));
  fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const before = underWay.get(socket) ?? 0;
    if (before >= UNDER_WAY_MAX) {
      // the others of the packet come here, too
      reply.hijack();
      socket.destroy();
      return;
    }
    underWay.set(socket, before + 1);
    reply.raw.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    done();
  });
}
