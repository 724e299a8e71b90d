import { randomUUID } from 'node:crypto';

import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { StartRefused } from '#contracts/errors.js';
import type { Logger } from '#telemetry/logger.js';

import { requireAccess } from './access-routes.js';
import { ProblemFilter } from './problem.filter.js';
import { refuseBrokenRequest } from './refuse-broken-request.js';
import { ProblemPipe } from './problem.pipe.js';
import { silentConnections } from './silent-connections.js';

/** A JSON body of an admin's or moderator's request; uploads have their own limit. */
const JSON_BYTES_MAX = 256 * 1_024;
const HEADERS_MS_MAX = 10_000;
/** A request that is late is cut this much later at most. */
const LATE_CHECK_MS = 1_000;

export interface HttpOptions {
  readonly log: Logger;
  /** Bodies other than JSON come as they are; the service adds a parser for them. */
  readonly rawBodies?: boolean;
  /** How long a whole request may take to arrive. */
  readonly requestMsMax: number;
  /** Of every answer, beside those of all services. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Addresses or networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
}

/**
 * A Nest application on Fastify with our errors, our validation and our limits; not yet listening.
 *
 * @throws Error when a route does not declare who may call it
 */
export async function createHttpService(module: DynamicModule, options: HttpOptions): Promise<NestFastifyApplication> {
  const filter = new ProblemFilter(options.log);
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: JSON_BYTES_MAX,
    requestTimeout: options.requestMsMax,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    http: {
      headersTimeout: Math.min(HEADERS_MS_MAX, options.requestMsMax),
      connectionsCheckingInterval: LATE_CHECK_MS,
    },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      filter.answer(error, request, reply),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: options.rawBodies !== true,
  });
  requireAccess(app);
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new ProblemPipe());
  const fastify = adapter.getInstance();
  const endSilent = silentConnections(fastify.server);
  fastify.addHook('preClose', (done) => {
    endSilent();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      // a route may be stricter than the service
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    // closing waits for open connections: one that is kept alive would hold it up for as long as its client likes
    if (!fastify.server.listening) reply.header('connection', 'close');
    done(null, payload);
  });
  return app;
}

/**
 * Starts listening.
 *
 * @returns the port, which is the one asked for unless that was 0
 * @throws StartRefused when something else listens there
 */
export async function listen(app: NestFastifyApplication, host: string, port: number): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new StartRefused(
      `port ${port} is taken: stop what listens there, or set another port (docs/generated/settings.md)`,
    );
  }
  const address = app.getHttpServer().address();
  if (address === null || typeof address === 'string') throw new Error('the service does not listen on a TCP port');
  return address.port;
}
