import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What clients read of an answer beside its body; without a word of ours browsers hide it from pages. */
const SHOWN = 'Location, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed, Server-Timing';
const METHODS = 'GET, POST, PATCH, DELETE';
const HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Portcullis-Deadline-Ms';
/** How long a browser need not ask again; none keeps it longer than a day. */
const ASKED_SECONDS = 7_200;

/**
 * Lets pages of some origins call a service from a browser (Fetch Standard, section 3.2). A page must show a key as any
 * client: no cookies are taken.
 */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const { origin } = request.headers;
      // streams of events write their own head: what is set here stands in it, too
      reply.raw.setHeader('vary', 'Origin');
      if (origin === undefined || !origins.includes(origin)) {
        done();
        return;
      }
      reply.raw.setHeader('access-control-allow-origin', origin);
      reply.raw.setHeader('access-control-expose-headers', SHOWN);
      if (request.method !== 'OPTIONS') {
        done();
        return;
      }
      void reply
        .status(204)
        .header('access-control-allow-methods', METHODS)
        .header('access-control-allow-headers', HEADERS)
        .header('access-control-max-age', String(ASKED_SECONDS))
        .send();
    });
}
