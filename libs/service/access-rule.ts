import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import { covers, type Principal, type Role, type Scope } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';

/** What a route asks of whoever calls it. */
export interface AccessRule {
  readonly roles: readonly Role[];
  readonly scope?: Scope;
}

/** The name of the metadata that `@Access` and `@Open` leave on a method or its class. */
export const ACCESS = 'portcullis:access';

const reflector = new Reflector();

/** What the route that is asked for declares; undefined for one that declares nothing, which is closed to everybody. */
export const ruleOf = (context: ExecutionContext): AccessRule | 'open' | undefined =>
  reflector.getAllAndOverride<AccessRule | 'open' | undefined>(ACCESS, [context.getHandler(), context.getClass()]);

/** @throws Problem `forbidden` */
export function refuseUncovered(rule: AccessRule | undefined, principal: Principal): void {
  const scoped = rule?.scope === undefined || principal.scopes.includes(rule.scope);
  if (rule === undefined || !admits(rule.roles, principal) || !scoped) {
    throw new Problem('forbidden', 'Your role, or the scopes of your key, do not cover the request.');
  }
}

/** As an admin acts whoever is signed in as one, or has a key with the scope `admin`: nothing else of a key says so. */
function admits(roles: readonly Role[], { role, scopes, person }: Principal): boolean {
  if (role !== 'admin' || person !== undefined) return covers(roles, role);
  return roles.includes('admin') && scopes.includes('admin');
}
