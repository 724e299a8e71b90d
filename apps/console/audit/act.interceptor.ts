import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';

import type { Deed } from '#persistence/audit-trail.js';

import type { WebRequest } from '../sign-in/web-request.js';
import { ACT, type ActRule } from './act.js';
import type { Acting } from './acting.js';

interface ActRequest extends WebRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Has a route with `@Act` do what it does in one transaction with the row that tells of it. */
export class ActInterceptor implements NestInterceptor {
  private readonly reflector = new Reflector();

  constructor(private readonly acting: Pick<Acting, 'perform'>) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<ActRule | string | undefined>(ACT, context.getHandler());
    if (rule === undefined || typeof rule === 'string') return next.handle();
    const request = context.switchToHttp().getRequest<ActRequest>();
    if (request.principal === undefined) throw new Error('a route that is written down must not be open');
    const { principal } = request;
    const deed = deedOf(rule, idIn(rule, request), request);
    const done = this.acting.perform<unknown>({ principal, requestId: request.id }, deed, () =>
      lastValueFrom(next.handle(), { defaultValue: undefined }),
    );
    return from(done);
  }
}

const idIn = ({ param, made }: ActRule, { params }: ActRequest): string | undefined =>
  made === undefined ? params[param ?? 'id'] : undefined;

function deedOf(rule: ActRule, id: string | undefined, request: ActRequest): Deed<unknown> {
  const { act, subject, made, asked = [], came = [], cameOfEach = {} } = rule;
  const kept = [...came, ...Object.keys(cameOfEach)];
  return {
    act,
    subject,
    id,
    madeId: (answer) => (made === undefined ? null : idAt(answer, made)),
    note: (answer) => ({
      ...(asked.length === 0 ? {} : { asked: picked(request.body, asked) }),
      ...(kept.length === 0 ? {} : { came: { ...picked(answer, came), ...pickedOfEach(answer, cameOfEach) } }),
    }),
  };
}

/** The fields of these names; those that are left out are not there. */
function picked(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function pickedOfEach(value: unknown, lists: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  const found = Object.entries(picked(value, Object.keys(lists)));
  return Object.fromEntries(
    found.map(([name, items]) => [
      name,
      Array.isArray(items) ? items.map((item: unknown) => picked(item, lists[name] ?? [])) : null,
    ]),
  );
}

function idAt(answer: unknown, path: readonly string[]): string | null {
  const found = path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined),
    answer,
  );
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}
