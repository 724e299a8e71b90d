import type { IncomingMessage } from 'node:http';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { Problem } from '#contracts/problems.js';

import { refuseBrokenRequest } from '../refuse-broken-request.js';
import { queryFault } from './query-fault.js';

/**
 * Answers with a problem what Node hangs up on, answers with nothing, or lets pass: CONNECT, which is for proxies; a request that
 * does not say which one host it is for (RFC 9112, section 3.2); a query that cannot be read. An `Expect` that nobody knows is
 * ignored (RFC 9110, section 10.1.1).
 */
export function answerOddRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const { server } = fastify;
  server.on('connect', ({ socket }) => refuseBrokenRequest(new Error('CONNECT'), socket));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  fastify.addHook('onRequest', ({ raw, url }, _reply, done) => done(hostFault(raw) ?? queryFault(url)));
}

function hostFault({ headersDistinct, httpVersion }: IncomingMessage): Problem | undefined {
  const hosts = headersDistinct['host']?.length ?? 0;
  const isFine = hosts === 1 || (hosts === 0 && httpVersion === '1.0');
  return isFine ? undefined : new Problem('invalid-request', 'Send the header `Host`, once.');
}
