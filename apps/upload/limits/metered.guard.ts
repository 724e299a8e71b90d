import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { Principal } from '#contracts/access.js';
import { Problem, type ProblemCode } from '#contracts/problems.js';
import { rateLimitHeaders } from '#contracts/rate-limit.js';

import type { UploadLimits } from './upload-limits.js';

const METERED = 'portcullis:metered';

/** A route that takes an upload, which counts against the limits of its client. */
export const Metered = (): MethodDecorator => SetMetadata(METERED, true);

const WHY = {
  'rate-limited': 'You send more uploads a minute than you may.',
  'quota-exceeded': 'You have sent as many assets today as you may.',
};

/** Keeps clients within their limits before anything of a body is read, and tells them what is left. It comes after the key's guard. */
export class MeteredGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    private readonly limits: Pick<UploadLimits, 'take'>,
    private readonly refused: (why: ProblemCode) => void,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<true | undefined>(METERED, context.getHandler()) === undefined) return true;
    const http = context.switchToHttp();
    const { principal } = http.getRequest<{ principal?: Principal }>();
    const { clientId = null, limits } = principal ?? {};
    if (clientId === null || limits === undefined) return true;
    const allowance = await this.limits.take(clientId, limits);
    const reply = http.getResponse<{ header(name: string, value: string): unknown }>();
    for (const [name, value] of Object.entries(rateLimitHeaders(allowance.states))) reply.header(name, value);
    if (allowance.kind === 'allowed') return true;
    const { why, retryAfterMs } = allowance;
    this.refused(why);
    throw new Problem(why, WHY[why], { retryAfterMs });
  }
}
