import { Readable } from 'node:stream';

import { Controller, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { OIP_JSON_LENGTH_HEADER } from '#contracts/oip.js';
import { Problem } from '#contracts/problems.js';
import { DeadlineTooShort } from '#inference/admission/deadline-too-short.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';
import { writeInferAnswer } from '#inference/oip/infer-answer.js';
import type { InferRequest } from '#inference/oip/infer-request.js';
import type { OipModel } from '#inference/oip/oip-model.js';
import { receiveInfer } from '#inference/oip/receive-infer.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';

import { Crowd } from '../crowd.js';
import type { Admission } from '../limits/admission.js';
import { Metered } from '../limits/metered.guard.js';
import { chunksWithin } from './arriving-body.js';
import { OIP_BACKEND, type OipBackend } from './oip-backend.js';
import type { Reply } from './oip-http.js';
import { servedModel } from './served-model.js';

/** Bodies that wait for the model at the same time: each holds up to sixteen views, a few megabytes. */
const BODIES_MAX = 32;
/** Bodies that arrive have places of their own, more than slow ones of two clients fill: whoever is fast is not shut out. */
const ARRIVING_MAX = 48;
/** Who sends views is a service. One whose body takes longer gives its place to others. */
const ARRIVE_MS_MAX = 5_000;
/** So many of one client, while another is there: as many as a tier of another installation needs. */
const CLIENT_BODIES_MAX = BODIES_MAX / 2;
/** A client that is alone leaves a few: whoever comes next finds a place at once. */
const ALONE_BODIES_MAX = BODIES_MAX - 4;
/** Of the places, those that are for the first body of a client: however many clients fill the others, it gets one in. */
const NEWCOMERS_SHARE = 1 / 8;

/** Raw scores of the fast model for views that the caller has decoded: nothing is stored, nothing is decided. */
@Controller(['v2/models/:name', 'v2/models/:name/versions/:version'])
export class OipInferController {
  private readonly arriving = crowdOf(ARRIVING_MAX);
  private readonly bodies = crowdOf(BODIES_MAX);

  constructor(@Inject(OIP_BACKEND) private readonly backend: OipBackend) {}

  /** Scores of up to sixteen views. Nothing is stored, nothing is decided. */
  @Post('infer')
  @HttpCode(200)
  @Metered('images')
  @Access({ roles: ['client'], scope: 'scores' })
  async infer(
    @Caller() caller: Principal,
    @Req() request: { readonly body: unknown; readonly admission?: Admission },
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { name, version }: { readonly name: string; readonly version?: string },
  ): Promise<Buffer> {
    const model = servedModel(this.backend, name, version);
    const clientId = clientOf(caller);
    this.refuseCrowd(this.bodies, clientId);
    const received = await this.receive(clientId, () => receive(request.body, headers, model));
    await request.admission?.bring(received.views.length);
    this.refuseCrowd(this.bodies, clientId);
    const body = this.bodies.enter(clientId);
    try {
      const { views, trafficClass, timeoutMs: deadlineMs } = received;
      const { scores } = await this.backend
        .infer(views, { clientId, trafficClass, deadlineMs })
        .catch((error: unknown) => asProblem(error, deadlineMs));
      const answer = writeInferAnswer(scores, model, received);
      for (const [header, value] of Object.entries(answer.headers)) reply.header(header, value);
      return answer.body;
    } finally {
      this.bodies.leave(body);
    }
  }

  private async receive(clientId: string, arrive: () => Promise<InferRequest>): Promise<InferRequest> {
    this.refuseCrowd(this.arriving, clientId);
    const body = this.arriving.enter(clientId);
    try {
      return await arrive();
    } finally {
      this.arriving.leave(body);
    }
  }

  private refuseCrowd(crowd: Crowd, clientId: string): void {
    const tooMany = crowd.refusal(clientId);
    if (tooMany === undefined) return;
    const { of, retryAfterMs } = tooMany;
    this.backend.onShed(of === 'client' ? 'client_bodies_max' : 'bodies_max');
    const whose = of === 'client' ? 'of your inference requests' : 'inference requests';
    throw new Problem('overloaded', `Too many ${whose} are under way.`, { retryAfterMs });
  }
}

const crowdOf = (max: number): Crowd =>
  new Crowd({
    max,
    clientMax: CLIENT_BODIES_MAX,
    aloneMax: ALONE_BODIES_MAX,
    newcomersMin: NEWCOMERS_SHARE * max,
    nowMs: () => performance.now(),
  });

function receive(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>>,
  model: OipModel,
): Promise<InferRequest> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Problem('unsupported-media', 'Send the body without a content encoding.');
  if (!(body instanceof Readable)) throw new Problem('invalid-request', 'Send an inference request as the body.');
  return receiveInfer(chunksWithin(body, ARRIVE_MS_MAX), headers[OIP_JSON_LENGTH_HEADER], model);
}

/**
 * A model that is full says when to come again; one that failed on these views may fail on them for ever, and is not asked
 * again by itself. A model that is away or late is 503 as every part of the service.
 */
function asProblem(error: unknown, deadlineMs: number | undefined): never {
  if (error instanceof DeadlineTooShort) {
    const takes = `These views take ${Math.ceil(error.leastMs)} ms at the least`;
    // where the caller allows that, it is the service's own promise that does not
    const isAllowed = deadlineMs === undefined || deadlineMs > error.leastMs;
    const advice = isAllowed ? 'this service may not take as long: send fewer at once' : 'allow more';
    throw new Problem('invalid-request', `${takes}; ${advice}.`);
  }
  if (error instanceof ClassifierFailed && error.reason === 'timeout') throw error;
  if (error instanceof ClassifierFailed) throw new Problem('defect', `These views got no scores: ${error.reason}.`);
  if (!(error instanceof ClassifierOverloaded)) throw error;
  const extra = error instanceof ClassifierShed ? { retryAfterMs: error.retryAfterMs } : {};
  throw new Problem('overloaded', 'The model has no room for this request.', extra);
}
