import { SetMetadata, type CanActivate, type ExecutionContext, type OnModuleDestroy } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import { refuseUncovered, ruleOf } from '#service/access-rule.js';
import type { ApiKeyGuard } from '#service/api-key.guard.js';
import { FewAtOnce } from '#service/few-at-once.js';

import { isUnsafe, refuseForeign } from './refuse-foreign.js';
import { tokenIn } from './session-cookie.js';
import type { Sessions } from './sessions.js';
import { headerOf, type WebRequest } from './web-request.js';

const BEFORE_PASSWORD = 'portcullis:before-password';
/** Each takes a part of a millisecond; whoever tries cookies at random shall not fill the line for the others. */
const LOOKUPS_MAX = 4;
const WAITING_MAX = 256;

/** A route for people who have not chosen a password of their own yet. */
export const BeforePassword = (): MethodDecorator & ClassDecorator => SetMetadata(BEFORE_PASSWORD, true);

/**
 * Tells who calls, by an API key or by the cookie of a session. A session and the role of its person are read anew for every
 * request: whoever is signed out, disabled or demoted is so at once.
 */
export class ConsoleGuard implements CanActivate, OnModuleDestroy {
  private readonly reflector = new Reflector();
  private readonly lookups = new FewAtOnce(LOOKUPS_MAX, WAITING_MAX);

  constructor(
    private readonly keys: Pick<ApiKeyGuard, 'canActivate' | 'onModuleDestroy'>,
    private readonly sessions: Pick<Sessions, 'principal'>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<WebRequest>();
    const rule = ruleOf(context);
    if (rule === 'open') {
      if (isUnsafe(request)) refuseForeign(request);
      return true;
    }
    // no browser adds this header by itself: whoever sends it means it
    if (headerOf(request, 'authorization') !== undefined) return this.keys.canActivate(context);
    const principal = await this.identify(request);
    if (isUnsafe(request)) refuseForeign(request);
    refuseUncovered(rule, principal);
    const before = this.reflector.getAllAndOverride<true | undefined>(BEFORE_PASSWORD, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (principal.person?.mustChangePassword === true && before !== true) {
      throw new Problem('password-change-needed', 'Choose a password of your own first.');
    }
    request.principal = principal;
    return true;
  }

  /** Nest calls it when the service ends. */
  onModuleDestroy(): Promise<void> {
    return this.keys.onModuleDestroy();
  }

  private async identify(request: WebRequest): Promise<Principal> {
    const token = tokenIn(headerOf(request, 'cookie'));
    const principal = token === undefined ? undefined : await this.lookups.run(() => this.sessions.principal(token));
    if (principal !== undefined) return principal;
    throw new Problem('unauthorized', 'Sign in, or send the header `Authorization: Bearer <key>`.');
  }
}
