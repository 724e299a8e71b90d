import { randomUUID } from 'node:crypto';

import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { StartRefused } from '#contracts/errors.js';
import type { Logger } from '#telemetry/logger.js';

import { requireAccess } from './access-routes.js';
import { boundConnections } from './connections/bounded-connections.js';
import { lingerWithAnswers } from './connections/lingering-answers.js';
import { answerOddRequests } from './connections/odd-requests.js';
import { closeInOrder } from './connections/orderly-close.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemPipe } from './problem.pipe.js';
import { refuseBrokenRequest } from './refuse-broken-request.js';
import { acceptTextBodies } from './text-bodies.js';

/** A JSON body of an admin's or moderator's request; uploads have their own limit. */
const JSON_BYTES_MAX = 256 * 1_024;
const HEADERS_MS_MAX = 10_000;
/** A request that is late is cut this much later at most. */
const LATE_CHECK_MS = 1_000;
/** Who has not read its answer by then is not reading. */
const LINGER_MS_MAX = 2_000;

export interface HttpOptions {
  readonly log: Logger;
  /** Bodies come as they are; the service adds a parser for them. Left out: JSON and plain text are taken. */
  readonly rawBodies?: boolean;
  /** How long a whole request may take to arrive. */
  readonly requestMsMax: number;
  /** Of every answer, beside those of all services. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Addresses or networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
}

/**
 * A Nest application on Fastify with our errors, our validation and our limits, those of connections among them; not yet
 * listening.
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
      // refused in our words
      requireHostHeader: false,
    },
    return503OnClosing: false,
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      filter.answer(error, request, reply),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  requireAccess(app);
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new ProblemPipe());
  boundConnections(app);
  closeInOrder(app);
  answerOddRequests(app);
  if (options.rawBodies !== true) acceptTextBodies(app);
  adapter.getInstance().addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      // a route may be stricter than the service
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    done(null, payload);
  });
  return app;
}

/**
 * Starts listening. What else looks at answers must have been added before.
 *
 * @param lingerMsMax how long a client that is still sending may take to read its answer
 * @returns the port, which is the one asked for unless that was 0
 * @throws StartRefused when something else listens there
 */
export async function listen(
  app: NestFastifyApplication,
  host: string,
  port: number,
  lingerMsMax = LINGER_MS_MAX,
): Promise<number> {
  lingerWithAnswers(app, lingerMsMax);
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
