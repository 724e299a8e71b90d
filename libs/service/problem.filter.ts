import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { OperationalError } from '#contracts/errors.js';
import { Problem, problemBody, PROBLEMS, type ProblemCode } from '#contracts/problems.js';
import type { Logger } from '#telemetry/logger.js';

import { passBy } from './pass-by.js';

const RETRY_AFTER_MS = 1_000;
/** A rest of a body up to this size is read and forgotten, so that its client can read the answer and go on. */
const REST_BYTES_MAX = 2_000_000;

/** The one door out for errors: every failure becomes a problem of the catalogue, and nothing else leaves. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** The same for what fails before Nest has the request. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = this.problemOf(error, request);
    if (reply.sent || request.raw.socket.destroyed) return;
    if (!request.raw.complete) abandonBody(request, reply);
    const { status, retryable } = PROBLEMS[problem.code];
    if (retryable) {
      const retryAfterMs = problem.extra.retryAfterMs ?? RETRY_AFTER_MS;
      void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
    }
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply
      .status(status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemBody(problem, request.id)));
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof OperationalError) {
      this.log.warn({ requestId: request.id, err: error }, 'a dependency is late');
      return new Problem('dependency-late', 'Nothing is lost. Send the request again.');
    }
    const refused = refusedByFramework(error);
    if (refused !== undefined) return refused;
    this.log.error({ requestId: request.id, err: error }, 'defect');
    return new Problem('defect', 'The service made an error. Report it with the instance.');
  }
}

/** Nobody reads the rest of the body: a short one is let pass by, with a longer one the connection ends. */
function abandonBody(request: FastifyRequest, reply: FastifyReply): void {
  passBy(request.raw);
  const length = Number(request.headers['content-length'] ?? Infinity);
  if (!(length <= REST_BYTES_MAX)) void reply.header('connection', 'close');
}

/** What Nest and Fastify refuse before our code runs, by status; their words do not leave the process. */
function refusedByFramework(error: unknown): Problem | undefined {
  const status = statusOf(error);
  if (status === undefined || status < 400 || status >= 500) return undefined;
  const known: Readonly<Record<number, [ProblemCode, string]>> = {
    404: ['not-found', 'There is nothing at this address.'],
    408: ['invalid-request', 'The request took too long to arrive.'],
    414: ['not-found', 'There is nothing at this address.'],
    413: ['too-large', 'The request is larger than this address takes.'],
    415: ['unsupported-media', 'Send a body of a type that this address takes.'],
  };
  const [code, detail] = known[status] ?? ['invalid-request', 'The request could not be read.'];
  return new Problem(code, detail);
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
