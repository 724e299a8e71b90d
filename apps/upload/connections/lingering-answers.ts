import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { finished, Readable } from 'node:stream';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Who has not read its answer by then is not reading. */
const LINGER_MS_MAX = 2_000;

/**
 * Lets a client that is still sending read its answer where the connection ends with it: one that is closed while more comes
 * in is reset, and then the client loses what it has not read (RFC 9112, section 9.6). The rest of the body passes by first.
 */
export function lingerWithAnswers(app: NestFastifyApplication, lingerMsMax = LINGER_MS_MAX): void {
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
