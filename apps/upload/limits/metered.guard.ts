import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { Principal } from '#contracts/access.js';
import { Problem, type ProblemCode } from '#contracts/problems.js';
import { rateLimitHeaders } from '#contracts/rate-limit.js';

import { idempotencyKey } from '../idempotency-key.js';
import type { UploadLimits } from './upload-limits.js';

const METERED = 'portcullis:metered';

/** What is sent. */
type Sent = 'assets' | 'batches';

/** Whoever takes what is sent, and knows what it has taken. */
export interface Taker {
  /** Whether a request with this idempotency key was accepted, or is under way. */
  knows(clientId: string, key: string): Promise<boolean>;
}

/** A route that takes an upload, which counts against the limits of its client. */
export const Metered = (sent: Sent): MethodDecorator => SetMetadata(METERED, sent);

const WHY = {
  'rate-limited': 'You send more uploads a minute than you may.',
  'quota-exceeded': 'You have sent as many assets today as you may.',
};

/**
 * Keeps clients within their limits before anything of a body is read, and tells them what is left. The repeat of a request
 * whose answer was lost is let through: it is answered, and stores nothing. It comes after the key's guard.
 */
export class MeteredGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    private readonly limits: Pick<UploadLimits, 'take'>,
    private readonly refused: (why: ProblemCode) => void,
    private readonly takers: Readonly<Record<Sent, Taker>>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const sent = this.reflector.get<Sent | undefined>(METERED, context.getHandler());
    if (sent === undefined) return true;
    const http = context.switchToHttp();
    const { principal, headers } = http.getRequest<MeteredRequest>();
    const { clientId = null, limits } = principal ?? {};
    if (clientId === null || limits === undefined) return true;
    const allowance = await this.limits.take(clientId, limits);
    const reply = http.getResponse<{ header(name: string, value: string): unknown }>();
    for (const [name, value] of Object.entries(rateLimitHeaders(allowance.states))) reply.header(name, value);
    if (allowance.kind === 'allowed') return true;
    const key = idempotencyKey(headers['idempotency-key']);
    if (key !== undefined && (await this.takers[sent].knows(clientId, key))) return true;
    const { why, retryAfterMs } = allowance;
    this.refused(why);
    throw new Problem(why, WHY[why], { retryAfterMs });
  }
}

interface MeteredRequest {
  readonly principal?: Principal;
  readonly headers: Readonly<Record<string, string | undefined>>;
}
