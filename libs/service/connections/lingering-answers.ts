import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { finished, Readable } from 'node:stream';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { passBy } from '../pass-by.js';

/**
 * Lets a client that is still sending read its answer where the connection ends with it: one that is closed while more comes
 * in is reset, and then the client loses what it has not read (RFC 9112, section 9.6). The rest of the body passes by first.
 * To be called when everything else that looks at answers has been added.
 */
export function lingerWithAnswers(app: NestFastifyApplication, lingerMsMax: number): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', ({ raw }, reply, payload, done) => {
      const isLast = reply.getHeader('connection') === 'close' || !reply.raw.shouldKeepAlive;
      const isEarly = !raw.complete && bringsBody(raw.headers);
      if (typeof payload !== 'string' || !isLast || !isEarly) {
        done(null, payload);
        return;
      }
      // who answers has read of it what it wants, or nothing, as of a GET
      passBy(raw);
      reply.header('content-length', Buffer.byteLength(payload));
      done(null, Readable.from(lingering(payload, raw, lingerMsMax)));
    });
}

const bringsBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The whole answer at once; its end, and the connection's, when the request is here, its client is gone or time is up. */
async function* lingering(answer: string, request: IncomingMessage, msMax: number): AsyncGenerator<Buffer> {
  yield Buffer.from(answer);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, msMax);
    finished(request, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
