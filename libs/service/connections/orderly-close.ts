import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { Problem } from '#contracts/problems.js';

import { silentConnections } from './silent-connections.js';

/**
 * Has a service that closes end soon and in words: what is in hand is answered, and its connection ends with that; what still
 * comes over a connection is refused; connections over which nothing has come end.
 */
export function closeInOrder(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const endSilent = silentConnections(fastify.server);
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    endSilent();
    done();
  });
  fastify.addHook('onRequest', (_request, _reply, done) => {
    done(
      isClosing ? new Problem('overloaded', 'The service ends. Nothing was done: send the request again.') : undefined,
    );
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // closing waits for open connections: one that is kept alive would hold it up for as long as its client likes
    if (!fastify.server.listening) reply.header('connection', 'close');
    done(null, payload);
  });
}
