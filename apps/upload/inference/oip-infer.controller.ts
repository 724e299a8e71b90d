import { Readable } from 'node:stream';

import { Controller, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';

import { OIP_JSON_LENGTH_HEADER } from '#contracts/oip.js';
import { Problem } from '#contracts/problems.js';
import { DeadlineTooShort } from '#inference/admission/deadline-too-short.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';
import { writeInferAnswer } from '#inference/oip/infer-answer.js';
import type { InferRequest } from '#inference/oip/infer-request.js';
import type { OipModel } from '#inference/oip/oip-model.js';
import { receiveInfer } from '#inference/oip/receive-infer.js';
import { Access } from '#service/api-key.guard.js';

import { OIP_BACKEND, type OipBackend } from './oip-backend.js';
import type { Reply } from './oip-http.js';
import { servedModel } from './served-model.js';

/** Bodies that arrive or wait for the model at the same time: each holds up to sixteen views, a few megabytes. */
const BODIES_MAX = 32;

/** Raw scores of the fast model for views that the caller has decoded: nothing is stored, nothing is decided. */
@Controller(['v2/models/:name', 'v2/models/:name/versions/:version'])
export class OipInferController {
  private bodies = 0;

  constructor(@Inject(OIP_BACKEND) private readonly backend: OipBackend) {}

  @Post('infer')
  @HttpCode(200)
  @Access({ roles: ['client'], scope: 'scores' })
  async infer(
    @Req() request: { readonly body: unknown },
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Res({ passthrough: true }) reply: Reply,
    @Param('name') name: string,
    @Param('version') version?: string,
  ): Promise<Buffer> {
    const model = servedModel(this.backend, name, version);
    if (this.bodies >= BODIES_MAX) throw new Problem('overloaded', 'Too many inference requests are under way.');
    this.bodies += 1;
    try {
      return await this.answer(await receive(request.body, headers, model), model, reply);
    } finally {
      this.bodies -= 1;
    }
  }

  private async answer(request: InferRequest, model: OipModel, reply: Reply): Promise<Buffer> {
    const order = { trafficClass: request.trafficClass, deadlineMs: request.timeoutMs };
    const { scores } = await this.backend.infer(request.views, order).catch(asProblem);
    const { headers, body } = writeInferAnswer(scores, model, request);
    for (const [header, value] of Object.entries(headers)) reply.header(header, value);
    return body;
  }
}

function receive(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>>,
  model: OipModel,
): Promise<InferRequest> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Problem('unsupported-media', 'Send the body without a content encoding.');
  if (!(body instanceof Readable)) throw new Problem('invalid-request', 'Send an inference request as the body.');
  // a stream that is destroyed takes its connection with it, and the answer that says what was wrong
  return receiveInfer(body.iterator({ destroyOnReturn: false }), headers[OIP_JSON_LENGTH_HEADER], model);
}

/**
 * A model that is full says when to come again; one that failed on these views may fail on them for ever, and is not asked
 * again by itself. A model that is away or late is 503 as every part of the service.
 */
function asProblem(error: unknown): never {
  if (error instanceof DeadlineTooShort) {
    throw new Problem('invalid-request', `These views take ${Math.ceil(error.leastMs)} ms at the least: allow more.`);
  }
  if (error instanceof ClassifierFailed && error.reason === 'timeout') throw error;
  if (error instanceof ClassifierFailed) throw new Problem('defect', `These views got no scores: ${error.reason}.`);
  if (!(error instanceof ClassifierOverloaded)) throw error;
  const extra = error instanceof ClassifierShed ? { retryAfterMs: error.retryAfterMs } : {};
  throw new Problem('overloaded', 'The model has no room for this request.', extra);
}
