import { SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';

import type { Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';

import { ClientTurns } from './client-turns.js';

const IN_TURN = 'portcullis:in-turn';
/** More of one client would wait for longer than anybody does. */
const WAITING_MAX = 128;
const RETRY_MS = 1_000;

/** A route that asks the database and is no upload: of each client few at once, so that others have connections, too. */
export const InTurn = (): MethodDecorator & ClassDecorator => SetMetadata(IN_TURN, true);

/** Has the requests of each client take turns where a route says so. */
export class InTurnInterceptor implements NestInterceptor {
  private readonly reflector = new Reflector();

  constructor(private readonly turns: Pick<ClientTurns, 'hold'>) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const of = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<true | undefined>(IN_TURN, of) === undefined) return next.handle();
    const { principal } = context.switchToHttp().getRequest<{ principal?: Principal }>();
    const clientId = principal?.clientId ?? null;
    if (clientId === null) return next.handle();
    return from(this.turns.hold(clientId, () => lastValueFrom<unknown>(next.handle())));
  }
}

/** @param connections to the database: no client has more than a quarter of them */
export const clientTurns = (connections: number): ClientTurns =>
  new ClientTurns({
    atOnce: Math.max(1, Math.floor(connections / 4)),
    waitingMax: WAITING_MAX,
    refusal: () =>
      new Problem('overloaded', 'Too many of your requests wait already. Nothing has changed.', {
        retryAfterMs: RETRY_MS,
      }),
  });
