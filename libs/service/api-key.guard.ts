import {
  SetMetadata,
  createParamDecorator,
  type CanActivate,
  type ExecutionContext,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';

import { ACCESS, refuseUncovered, ruleOf, type AccessRule } from './access-rule.js';
import { KeyUses, type WriteKeyUses } from './key-uses.js';
import { KnownKeys, type FindPrincipal } from './known-keys.js';

/** Declares who may call a route; a route without a rule is closed to everybody. */
export const Access = (rule: AccessRule): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, rule);

/** Open to everybody who reaches the port: health and metrics. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'open');

const KEY_CHARACTERS_MAX = 200;

/** Tells who calls, by the bearer key, and whether their role and scopes cover the route. */
export class ApiKeyGuard implements CanActivate, OnModuleDestroy {
  private readonly known: KnownKeys;
  private readonly uses: KeyUses;

  /** @param write notes which keys are used; left out: nobody wants to know */
  constructor(find: FindPrincipal, write: WriteKeyUses = () => Promise.resolve()) {
    this.known = new KnownKeys(find);
    this.uses = new KeyUses(write);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = ruleOf(context);
    if (rule === 'open') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    const principal = await this.identify(request);
    refuseUncovered(rule, principal);
    request.principal = principal;
    this.uses.saw(principal.keyId);
    return true;
  }

  /** What was seen last is written. Nest calls it when the service ends. */
  onModuleDestroy(): Promise<void> {
    return this.uses.flush();
  }

  private async identify(request: FastifyRequest): Promise<Principal> {
    const secret = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined || secret.length > KEY_CHARACTERS_MAX) {
      throw new Problem('unauthorized', 'Send the header `Authorization: Bearer <key>`.');
    }
    const principal = await this.known.find(secret);
    if (principal === undefined) throw new Problem('unauthorized', 'This key is not known, or it has been revoked.');
    return principal;
  }
}

/** The caller, as the guard found it. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<{ principal?: Principal }>();
  if (principal === undefined) throw new Error('a route that asks for its caller must not be open');
  return principal;
});
