import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { ClientLimits, Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import { rateLimitHeaders, type LimitState } from '#contracts/rate-limit.js';

import { idempotencyKey } from '../idempotency-key.js';
import { Admission } from './admission.js';
import { ClientTurns } from './client-turns.js';
import type { Share } from './day-counts.js';
import type { InferredImages } from './inferred-images.js';
import type { Allowance, UploadLimits } from './upload-limits.js';

const METERED = 'portcullis:metered';

/** What is sent: assets and batches, or images that are inferred and become none. */
type Sent = 'assets' | 'batches' | 'images';

/** Whoever takes what is sent, and knows what it has taken. */
export interface Taker {
  /** Whether a request with this idempotency key was accepted, or is under way. */
  knows(clientId: string, key: string): Promise<boolean>;
}

export interface MeterParts {
  readonly limits: Pick<UploadLimits, 'take' | 'takeMore'>;
  readonly inferred: Pick<InferredImages, 'add'>;
  readonly refused: (sent: Sent, why: Refused['why']) => void;
  /** Inference has no idempotency keys: it stores nothing, and every repeat is work. */
  readonly takers: Readonly<Record<Exclude<Sent, 'images'>, Taker>>;
}

type Refused = Extract<Allowance, { kind: 'refused' }>;

/** A route that takes an upload, or infers images, which counts against the limits of its client. */
export const Metered = (sent: Sent): MethodDecorator => SetMetadata(METERED, sent);

/** Keys of one client that are looked up at once: more would leave others no connection to the database. */
const LOOKED_UP_AT_ONCE = 2;
const WAITING_MAX = 64;
const RETRY_MS = 1_000;

const WHY = {
  'rate-limited': 'You send more images a minute than you may.',
  'quota-exceeded': 'You have sent as many images today as you may.',
};

/**
 * Keeps clients within their limits before anything of a body is read, and tells them what is left. The repeat of a request
 * whose answer was lost is let through: it is answered, and stores nothing. It comes after the key's guard; the interceptor
 * of what it admits tells what became of that.
 */
export class MeteredGuard implements CanActivate {
  private readonly reflector = new Reflector();
  private readonly turns = new ClientTurns({
    atOnce: LOOKED_UP_AT_ONCE,
    waitingMax: WAITING_MAX,
    refusal: () =>
      new Problem('overloaded', 'Too many of your requests wait already. Nothing has changed.', {
        retryAfterMs: RETRY_MS,
      }),
  });

  constructor(private readonly parts: MeterParts) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const sent = this.reflector.get<Sent | undefined>(METERED, context.getHandler());
    if (sent === undefined) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<MeteredRequest>();
    const { clientId = null, limits } = request.principal ?? {};
    if (clientId === null || limits === undefined) return true;
    const asked = { sent, clientId, limits, reply: http.getResponse<Reply>() };
    const allowance = await this.parts.limits.take(clientId, limits);
    tell(asked.reply, allowance.states);
    if (allowance.kind === 'allowed') {
      request.admission = this.admission(asked, allowance.share);
      return true;
    }
    if (await this.isRepeat(asked, request.headers['idempotency-key'])) return true;
    throw this.refusal(sent, allowance);
  }

  /** @throws Problem `overloaded` where too many of the client's are asked about already */
  private async isRepeat({ sent, clientId }: Asked, said: string | undefined): Promise<boolean> {
    const key = idempotencyKey(said);
    if (sent === 'images' || key === undefined) return false;
    return this.turns.hold(clientId, () => this.parts.takers[sent].knows(clientId, key));
  }

  private admission({ sent, clientId, limits, reply }: Asked, first: Share): Admission {
    const takeMore = async (images: number): Promise<Share> => {
      const allowance = await this.parts.limits.takeMore(clientId, limits, images);
      tell(reply, allowance.states);
      if (allowance.kind === 'refused') throw this.refusal(sent, allowance);
      return allowance.share;
    };
    if (sent !== 'images') return new Admission({ first, takeMore });
    return new Admission({ first, takeMore, inferred: (images) => this.parts.inferred.add(clientId, images) });
  }

  private refusal(sent: Sent, { why, retryAfterMs }: Refused): Problem {
    this.parts.refused(sent, why);
    return new Problem(why, WHY[why], { retryAfterMs });
  }
}

interface Reply {
  header(name: string, value: string): unknown;
}

interface Asked {
  readonly sent: Sent;
  readonly clientId: string;
  readonly limits: ClientLimits;
  readonly reply: Reply;
}

interface MeteredRequest {
  readonly principal?: Principal;
  readonly headers: Readonly<Record<string, string | undefined>>;
  admission?: Admission;
}

function tell(reply: Reply, states: readonly LimitState[]): void {
  for (const [name, value] of Object.entries(rateLimitHeaders(states))) reply.header(name, value);
}
