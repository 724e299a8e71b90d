import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** As much of an answer as a handler sets. */
export interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

const OIP_PATH = /^\/v2(\/|\?|$)/;
const PROBLEM_TYPE = /^application\/problem\+json/;

/**
 * Makes a service's HTTP fit the Open Inference Protocol under `/v2`: JSON bodies come as streams, because they are long
 * and only their handler knows their limit; and every error has the member `error` that the protocol's clients read,
 * beside those of a problem.
 */
export function speakOip(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (OIP_PATH.test(request.url) && request.headers['content-type'] !== undefined) {
      request.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isProblem = PROBLEM_TYPE.test(String(reply.getHeader('content-type')));
    if (!isProblem || !OIP_PATH.test(request.url) || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    reply.header('content-type', 'application/json; charset=utf-8');
    const problem: unknown = JSON.parse(payload);
    done(null, JSON.stringify(withError(problem)));
  });
}

function withError(problem: unknown): unknown {
  if (typeof problem !== 'object' || problem === null || !('detail' in problem)) return problem;
  return { error: problem.detail, ...problem };
}
